/** Answers each request, after a while, with its path. */
export default {
  async fetch(request) {
    await scheduler.wait(2);
    return new Response(`answer to ${new URL(request.url).pathname}`);
  },
};

/**
 * Leaving the types out of a program, and everything else as it stands.
 *
 * @module
 */

import ts from "typescript";

/** Leaves the types out of a program in TypeScript. */
export function stripTypes(source: string): string {
  const file = ts.createSourceFile("program.ts", source, ts.ScriptTarget.ESNext, true);
  const cuts: [from: number, until: number][] = [];
  const cutList = (list: ts.NodeArray<ts.Node> | undefined) => {
    if (list) cuts.push([list.pos - 1, list.end + 1]); // The angle brackets, too.
  };
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      cuts.push([node.getFullStart(), node.end]);
      return;
    }
    if (ts.isImportSpecifier(node) && node.isTypeOnly) {
      const isLast = node.parent.elements.at(-1) === node;
      cuts.push(
        isLast ? [node.pos - 1, node.end] : [node.getStart(), endOfComma(source, node.end)],
      );
      return;
    }
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) {
      cuts.push([node.expression.end, node.end]);
      const { parent } = node;
      if (ts.isParenthesizedExpression(parent) && isSimple(node.expression)) {
        cuts.push([parent.getStart(), parent.getStart() + 1], [parent.end - 1, parent.end]);
      }
      visit(node.expression);
      return;
    }
    const { type, questionToken, typeArguments, typeParameters } = node as {
      readonly type?: ts.TypeNode;
      readonly questionToken?: ts.Node;
      readonly typeArguments?: ts.NodeArray<ts.Node>;
      readonly typeParameters?: ts.NodeArray<ts.Node>;
    };
    if (type) cuts.push([questionToken?.getStart() ?? type.pos - 1, type.end]);
    cutList(typeArguments);
    cutList(typeParameters);
    ts.forEachChild(node, (child) => {
      if (!ts.isTypeNode(child)) visit(child);
    });
  };
  visit(file);
  return cuts.toSorted((a, b) => b[0] - a[0]).reduce(
    (text, [from, until]) => text.slice(0, from) + text.slice(until),
    source,
  );
}

/** Returns whether an expression needs no parentheses wherever it stands. */
function isSimple(node: ts.Expression): boolean {
  return ts.isIdentifier(node) || ts.isCallExpression(node) || ts.isPropertyAccessExpression(node);
}

/** Finds where the comma after a place and its blanks end. */
function endOfComma(source: string, from: number): number {
  return from + /^\s*,\s*/.exec(source.slice(from))![0].length;
}

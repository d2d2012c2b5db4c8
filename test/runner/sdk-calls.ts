import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');
const ours = join(root, 'lambdas') + '/';

/**
 * What of the AWS SDK each handler can come to use: the names of the commands, and of the helpers that send some, by
 * folder of lambdas/functions/.
 */
export const sdkCallsOf = (folders: readonly string[]): Readonly<Record<string, readonly string[]>> => {
  const handlers = folders.map((folder) => join(ours, 'functions', folder, 'handler.ts'));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(handlers, options);
  return Object.fromEntries(
    handlers.map((path, index) => {
      const file = program.getSourceFile(path);
      if (file === undefined) throw new Error(`${path} does not exist.`);
      return [folders[index] ?? dirname(path), sdkCallsFrom(file, program.getTypeChecker())];
    }),
  );
};

/**
 * Follows what code of ours can run: every reference from the handler on, and of objects only those methods that
 * running code names. A bundle, like the graph of imports, holds all methods of an adapter, also those that the
 * function never calls. Where it cannot tell it takes a method for called.
 */
const sdkCallsFrom = (handler: ts.SourceFile, checker: ts.TypeChecker): string[] => {
  const found = new Set<string>();
  const visited = new Set<ts.Node>();
  const named = new Set<ts.Node>();
  const waiting = new Map<ts.Node, ts.Node[]>();
  const queue: ts.Node[] = [...handler.statements];

  /** The value of an object's property runs once somebody names the property. */
  const offer = (slots: readonly ts.Node[], value: ts.Node): void => {
    if (slots.length === 0 || slots.some((slot) => named.has(slot))) queue.push(value);
    for (const slot of slots) waiting.set(slot, [...(waiting.get(slot) ?? []), value]);
  };

  const name = (declaration: ts.Node): void => {
    if (isOfSdk(declaration)) noteSdk(declaration);
    if (!declaration.getSourceFile().fileName.startsWith(ours) || named.has(declaration)) return;
    named.add(declaration);
    queue.push(...(waiting.get(declaration) ?? []));
    if (isDefinition(declaration)) queue.push(declaration);
  };

  const noteSdk = (declaration: ts.Node): void => {
    const called = ts.getNameOfDeclaration(declaration as ts.Declaration)?.getText() ?? '';
    if (/Command$|^Upload$|^createPresignedPost$|^paginate|^waitUntil/.test(called)) found.add(called);
  };

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node)) return;
    if (ts.isObjectLiteralExpression(node)) node.properties.forEach(visitProperty);
    else {
      if (ts.isIdentifier(node)) declarationsAt(node, checker).forEach(name);
      if (ts.isBindingElement(node)) slotsOfBinding(node, checker).forEach(name);
      ts.forEachChild(node, visit);
    }
  };

  const visitProperty = (property: ts.ObjectLiteralElementLike): void => {
    if (ts.isSpreadAssignment(property)) {
      queue.push(property.expression);
      return;
    }
    const value = ts.isPropertyAssignment(property) ? property.initializer : property;
    const isFunction = checker.getTypeAtLocation(property).getCallSignatures().length > 0;
    offer(isFunction ? slotsOf(property, checker) : [], value);
  };

  const visitShorthand = (property: ts.ShorthandPropertyAssignment): void =>
    declarationsOf(checker.getShorthandAssignmentValueSymbol(property), checker).forEach(name);

  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (visited.has(node)) continue;
    visited.add(node);
    if (ts.isShorthandPropertyAssignment(node)) visitShorthand(node);
    else visit(node);
  }
  return [...found].toSorted();
};

const isOfSdk = (node: ts.Node): boolean => /node_modules\/@aws-sdk\//.test(node.getSourceFile().fileName);

const isDefinition = (node: ts.Node): boolean =>
  (ts.isVariableDeclaration(node) && node.initializer !== undefined) ||
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node);

/** What a name stands for, imports seen through. */
const declarationsAt = (node: ts.Identifier, checker: ts.TypeChecker): readonly ts.Node[] =>
  declarationsOf(checker.getSymbolAtLocation(node), checker);

const declarationsOf = (symbol: ts.Symbol | undefined, checker: ts.TypeChecker): readonly ts.Node[] => {
  if (symbol === undefined) return [];
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return meant.declarations ?? [];
};

/** The member that `{ read }` takes out of an object. */
const slotsOfBinding = (node: ts.BindingElement, checker: ts.TypeChecker): readonly ts.Node[] => {
  const taken = (node.propertyName ?? node.name).getText();
  return propertyOf(checker.getTypeAtLocation(node.parent), taken, checker);
};

/**
 * The members that a property of an object literal stands for: its own, and that of the interface which is asked for.
 * None where what is asked for names no member of ours, as a record does: whoever goes through its values names none of
 * them.
 */
const slotsOf = (
  property: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>,
  checker: ts.TypeChecker,
): readonly ts.Node[] => {
  const asked = ts.isObjectLiteralExpression(property.parent) ? checker.getContextualType(property.parent) : undefined;
  if (asked === undefined) return [property];
  const members = propertyOf(asked, property.name.getText(), checker).filter(
    (member) => ts.isPropertySignature(member) || ts.isMethodSignature(member),
  );
  return members.length === 0 ? [] : [...members, property];
};

const propertyOf = (type: ts.Type, property: string, checker: ts.TypeChecker): readonly ts.Node[] =>
  checker.getPropertyOfType(checker.getNonNullableType(type), property)?.declarations ?? [];

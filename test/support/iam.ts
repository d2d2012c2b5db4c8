import { synthesized } from './templates';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The resources of a template, by logical id. */
export type Resources = Readonly<Record<string, Resource>>;

/** A statement of any policy document of a template: one action and one resource of it at a time. */
export interface Right {
  /** Logical id of the resource that has the document. */
  readonly holder: string;
  readonly effect: string;
  readonly action: string;
  /** As text: `${Ledger.Arn}/index/by-kind`; empty in a trust policy. */
  readonly resource: string;
  readonly principal: unknown;
  readonly condition: unknown;
}

/** The resources of an installation with these settings; without bundling, as the template is what is asserted. */
export const synthesizedResources = (settings: Readonly<Record<string, string>> = {}): Resources =>
  synthesized({ settings }).template['Resources'] as Resources;

/** The resources of a type, by logical id. */
export const ofType = (resources: Resources, type: string): [id: string, properties: Record<string, unknown>][] =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {} }]) => [id, Properties]);

/** A value of a template as text: references in `${}`, joins joined. */
export const asText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `\${${String(argument)}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(asText).join(separator);
  }
  throw new Error(`No text for ${JSON.stringify(value)}.`);
};

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
  readonly [other: string]: unknown;
}

/**
 * Every statement of every policy document, wherever a resource has it. Throws for one that says what it does not mean,
 * as NotAction does.
 */
export const rightsOf = (resources: Resources): Right[] =>
  Object.entries(resources).flatMap(([holder, { Properties }]) =>
    statementsIn(Properties).flatMap((statement) => {
      const { Effect, Action, Resource: resource = '', Principal, Condition, ...others } = statement;
      if (Action === undefined || Object.keys(others).some((name) => name !== 'Sid'))
        throw new Error(`${holder} has a statement that nobody can judge: ${JSON.stringify(statement)}`);
      return [Action].flat().flatMap((action) =>
        [resource].flat().map((each) => ({
          holder,
          effect: Effect,
          action,
          resource: asText(each),
          principal: Principal,
          condition: Condition,
        })),
      );
    }),
  );

const statementsIn = (value: unknown): Statement[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Statement' in value && Array.isArray(value.Statement) ? (value.Statement as Statement[]) : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
};

/** The role of a function, by the function's logical id. */
export const rolesOf = (resources: Resources): ReadonlyMap<string, string> =>
  new Map(
    ofType(resources, 'AWS::Lambda::Function').map(([id, { Role }]) => [
      id,
      asText(Role).replace(/^\$\{(\w+)\.Arn\}$/, '$1'),
    ]),
  );

/** What each function may do, by its logical id: all that the policies of its role allow. */
export const rightsOfFunctions = (resources: Resources): ReadonlyMap<string, readonly Right[]> => {
  const policies = ofType(resources, 'AWS::IAM::Policy');
  const rights = rightsOf(resources);
  return new Map(
    [...rolesOf(resources)].map(([functionId, role]) => {
      const own = policies.filter(([, { Roles }]) => (Roles as unknown[]).map(asText).includes(`\${${role}}`));
      return [functionId, rights.filter(({ holder }) => own.some(([id]) => id === holder))];
    }),
  );
};

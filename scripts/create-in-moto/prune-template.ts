import * as z from 'zod';
import { isJsonObject } from '../../local/stack/intrinsics';

const resourceSchema = z.looseObject({
  Type: z.string(),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
});

/** A template with all that stands in it. */
export const rawTemplate = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

/** A template with all that stands in it. */
export type RawTemplate = z.infer<typeof rawTemplate>;

/** What is taken out, and what takes its place. */
export interface Pruning {
  readonly removedTypes: ReadonlySet<string>;
  /** What `Ref` gives for a removed resource, by logical id: it becomes a parameter of that name. */
  readonly standIns: Readonly<Record<string, string>>;
}

/** A template without the resources of some types. */
export interface PrunedTemplate {
  readonly template: RawTemplate;
  /** Names of outputs that went with what they show. */
  readonly lostOutputs: readonly string[];
}

/**
 * Takes the resources of some types out of a template, and all that waits for them or shows them. Throws a sentence when a resource that
 * stays refers to one that goes, and nothing stands in for that.
 */
export const pruneTemplate = (template: RawTemplate, { removedTypes, standIns }: Pruning): PrunedTemplate => {
  const all = Object.entries(template.Resources);
  const removed = new Set(all.filter(([, { Type }]) => removedTypes.has(Type)).map(([id]) => id));
  const isLost = ({ id, isAttribute }: Reference): boolean =>
    removed.has(id) && (isAttribute || standIns[id] === undefined);
  const kept = all
    .filter(([id]) => !removed.has(id))
    .map(([id, resource]) => [
      id,
      { ...resource, DependsOn: resource.DependsOn.filter((other) => !removed.has(other)) },
    ]);
  for (const [id, resource] of all) {
    const lost = removed.has(id) ? undefined : referencesIn(resource).find(isLost);
    if (lost !== undefined) throw new Error(danglingSentence(id, lost, template));
  }
  const outputs = Object.entries(template.Outputs);
  const shown = outputs.filter(([, output]) => !referencesIn(output).some(isLost));
  const parameters = Object.entries(standIns).map(([id, Default]) => [id, { Type: 'String', Default }]);
  return {
    template: rawTemplate.parse({
      ...template,
      Parameters: { ...template.Parameters, ...Object.fromEntries(parameters) },
      Resources: Object.fromEntries(kept),
      Outputs: Object.fromEntries(shown),
    }),
    lostOutputs: outputs.filter((output) => !shown.includes(output)).map(([name]) => name),
  };
};

interface Reference {
  readonly id: string;
  readonly isAttribute: boolean;
}

const getAtt = z.union([z.tuple([z.string(), z.unknown()]).transform(([id]) => id), z.string().transform(beforeDot)]);

/** Every `Ref`, `Fn::GetAtt` and `${…}` of `Fn::Sub` in a value. */
const referencesIn = (value: unknown): Reference[] => {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [{ id: String(argument), isAttribute: false }];
    if (name === 'Fn::GetAtt') return [{ id: getAtt.parse(argument), isAttribute: true }];
    return [...(name === 'Fn::Sub' ? substitutedIn(argument) : []), ...referencesIn(argument)];
  });
};

const substitutedIn = (argument: unknown): Reference[] => {
  const text = Array.isArray(argument) ? String(argument[0]) : String(argument);
  return [...text.matchAll(/\$\{([\w:]+)(\.[\w.]+)?\}/g)].map(([, id = '', attribute]) => ({
    id,
    isAttribute: attribute !== undefined,
  }));
};

function beforeDot(dotted: string): string {
  return dotted.split('.', 1)[0] ?? dotted;
}

const danglingSentence = (id: string, lost: Reference, { Resources }: RawTemplate): string =>
  `${id} refers to ${lost.id}, whose type ${Resources[lost.id]?.Type ?? ''} is taken out of the template: say in moto-lacks.ts how it is made.`;

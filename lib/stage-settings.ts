import * as z from 'zod';

const stagesSchema = z
  .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
  .default({});

/** The settings of one stage, by name. */
export type StageSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * Returns the settings of a stage from `stages` in the context of cdk.json, or no settings if the stage is not listed.
 * `names` lists all valid setting names. Throws one error that lists every unknown name in any stage, so that typos do
 * not go unnoticed.
 */
export const settingsOfStage = (stages: unknown, stage: string, names: readonly string[]): StageSettings => {
  const parsed = stagesSchema.safeParse(stages);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${['stages', ...path].join('.')}: ${message}`);
    throw new Error(`The stages in cdk.json are not valid: ${faults.join('; ')}. Correct them there.`);
  }
  const settable = new Set(names.filter((name) => name !== 'STAGE'));
  const unknown = Object.entries(parsed.data).flatMap(([each, settings]) =>
    Object.keys(settings)
      .filter((name) => !settable.has(name))
      .map((name) => `stages.${each}.${name}`),
  );
  if (unknown.length > 0)
    throw new Error(`A stage does not have these settings: ${unknown.join(', ')}. Correct their names in cdk.json.`);
  return new Map(Object.entries(parsed.data)).get(stage) ?? {};
};

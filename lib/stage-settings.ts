import * as z from 'zod';

const stagesSchema = z
  .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
  .default({});

/** One stage with what is set for it, by the names of settings. */
export type StageSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * What `stages`, of cdk.json's context, sets for this stage: nothing for one that is not there. `names` are those of all settings.
 * Throws one sentence for what is no setting, in whichever stage it stands: a name with a typo would be left out in silence.
 */
export const settingsOfStage = (stages: unknown, stage: string, names: readonly string[]): StageSettings => {
  const parsed = stagesSchema.safeParse(stages);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${['stages', ...path].join('.')}: ${message}`);
    throw new Error(`cdk.json's stages are no settings by stage: ${faults.join('; ')}. Correct them there.`);
  }
  const settable = new Set(names.filter((name) => name !== 'STAGE'));
  const unknown = Object.entries(parsed.data).flatMap(([each, settings]) =>
    Object.keys(settings)
      .filter((name) => !settable.has(name))
      .map((name) => `stages.${each}.${name}`),
  );
  if (unknown.length > 0)
    throw new Error(`There are no such settings of a stage: ${unknown.join(', ')}. Correct their names in cdk.json.`);
  return new Map(Object.entries(parsed.data)).get(stage) ?? {};
};

import * as z from 'zod';

/**
 * The features that an installation can leave out. The voice lifecycle, clone worker and reconcile are always deployed.
 */
export const features = [
  'precall',
  'postcall',
  '3cx',
  'initiation',
  'uploads',
  'callers',
  'setup-check',
  'health',
] as const;

/** An optional part of the service, with its routes, functions, queues, secrets and alarms. */
export type Feature = (typeof features)[number];

const separator = /\s*,\s*/;

const isFeature = (text: string): text is Feature => features.some((feature) => feature === text);

/** `FEATURES`: names of features, separated by commas, or `all`. */
export const featureList = z
  .string()
  .trim()
  .refine(
    (text) => text === 'all' || text.split(separator).every(isFeature),
    `expected all, or some of ${features.join(', ')}, separated by commas`,
  )
  .default('all');

/** Parses the features in the setting. */
export const featuresOf = (setting: string): ReadonlySet<Feature> =>
  new Set(setting === 'all' ? features : setting.split(separator).filter(isFeature));

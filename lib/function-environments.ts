import type { ReadableSecret } from './constructs/building-blocks/grants';

/**
 * The environment that each function's schema expects, by the function's folder under lambdas/functions/. Only types
 * are imported from there: no code of a function runs at synth.
 */
export interface FunctionEnvironments {
  readonly 'clone-worker': Record<string, string>;
  readonly enrolment: Record<string, string>;
  readonly erasure: Record<string, string>;
  readonly 'erasure-request': Record<string, string>;
  readonly 'erasure-status': Record<string, string>;
  readonly health: Record<string, string>;
  readonly initiation: Record<string, string>;
  readonly postcall: Record<string, string>;
  readonly 'postcall-intake': Record<string, string>;
  readonly precall: Record<string, string>;
  readonly reconcile: Record<string, string>;
  readonly 'setup-check': Record<string, string>;
  readonly threecx: Record<string, string>;
  readonly uploads: Record<string, string>;
  readonly 'voice-deletion': Record<string, string>;
  readonly 'voice-expiry': Record<string, string>;
}

/** A folder under lambdas/functions/; it is also the name of the service in the function's logs and metrics. */
export type FunctionFolder = keyof FunctionEnvironments;

type SecretVariable = `${string}_SECRET_ARN`;

/** The variables of a function that name a secret, each with the secret that it names. */
export type SecretsOf<Folder extends FunctionFolder> = {
  readonly [Name in keyof FunctionEnvironments[Folder] as Name extends SecretVariable ? Name : never]: ReadableSecret;
};

/** All other variables of a function but those that its construct sets by itself. Optional ones stay optional. */
export type VariablesOf<Folder extends FunctionFolder, SetByConstruct extends string = never> = {
  readonly [Name in keyof FunctionEnvironments[Folder] as Exclude<Name, SecretVariable | SetByConstruct>]: string;
};

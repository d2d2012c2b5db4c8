import type { Environment as CloneWorker } from '../lambdas/functions/clone-worker/environment';
import type { Environment as Enrolment } from '../lambdas/functions/enrolment/environment';
import type { Environment as Erasure } from '../lambdas/functions/erasure/environment';
import type { Environment as ErasureRequest } from '../lambdas/functions/erasure-request/environment';
import type { Environment as ErasureStatus } from '../lambdas/functions/erasure-status/environment';
import type { Environment as Health } from '../lambdas/functions/health/environment';
import type { Environment as Initiation } from '../lambdas/functions/initiation/environment';
import type { Environment as Postcall } from '../lambdas/functions/postcall/environment';
import type { Environment as PostcallIntake } from '../lambdas/functions/postcall-intake/environment';
import type { Environment as Precall } from '../lambdas/functions/precall/environment';
import type { Environment as Reconcile } from '../lambdas/functions/reconcile/environment';
import type { Environment as SetupCheck } from '../lambdas/functions/setup-check/environment';
import type { Environment as Threecx } from '../lambdas/functions/threecx/environment';
import type { Environment as Uploads } from '../lambdas/functions/uploads/environment';
import type { Environment as VoiceDeletion } from '../lambdas/functions/voice-deletion/environment';
import type { Environment as VoiceExpiry } from '../lambdas/functions/voice-expiry/environment';
import type { Environment as Withdrawal } from '../lambdas/functions/withdrawal/environment';
import type { ReadableSecret } from './constructs/building-blocks/grants';

/**
 * The environment that each function's schema expects, by the function's folder under lambdas/functions/. Only types
 * are imported, so no function code runs at synth.
 */
export interface FunctionEnvironments {
  readonly 'clone-worker': CloneWorker;
  readonly enrolment: Enrolment;
  readonly erasure: Erasure;
  readonly 'erasure-request': ErasureRequest;
  readonly 'erasure-status': ErasureStatus;
  readonly health: Health;
  readonly initiation: Initiation;
  readonly postcall: Postcall;
  readonly 'postcall-intake': PostcallIntake;
  readonly precall: Precall;
  readonly reconcile: Reconcile;
  readonly 'setup-check': SetupCheck;
  readonly threecx: Threecx;
  readonly uploads: Uploads;
  readonly 'voice-deletion': VoiceDeletion;
  readonly 'voice-expiry': VoiceExpiry;
  readonly withdrawal: Withdrawal;
}

/** A folder under lambdas/functions/. It is also the service name in the function's logs and metrics. */
export type FunctionFolder = keyof FunctionEnvironments;

type SecretVariable = `${string}_SECRET_ARN`;

/** The variables of a function that contain a secret's ARN, each with the name of the secret. */
export type SecretsOf<Folder extends FunctionFolder> = {
  readonly [Name in keyof FunctionEnvironments[Folder] as Name extends SecretVariable ? Name : never]: ReadableSecret;
};

/** The other variables of a function, except those that its construct sets itself. Optional ones stay optional. */
export type VariablesOf<Folder extends FunctionFolder, SetByConstruct extends string = never> = {
  readonly [Name in keyof FunctionEnvironments[Folder] as Exclude<Name, SecretVariable | SetByConstruct>]: string;
};

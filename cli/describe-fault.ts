import * as z from 'zod';
import { OperationError } from '../ops/installation';
import { Unreachable } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';

/** An error as shown to a person, and the command's exit code. */
interface Fault {
  readonly sentence: string;
  readonly exitCode: ExitCode;
}

/** The AWS errors that are distinguished; a failed connection has its own code. */
const awsError = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

const codesOf: Readonly<Record<OperationError['kind'], ExitCode>> = {
  not_found: exitCodes.refused,
  refused: exitCodes.refused,
  unreachable: exitCodes.unreachable,
};

/** Describes an error in a sentence. Returns undefined if it is a defect of the command itself. */
export const describeFault = (error: unknown): Fault | undefined => {
  if (error instanceof OperationError) return { sentence: error.message, exitCode: codesOf[error.kind] };
  if (error instanceof Unreachable) return { sentence: error.message, exitCode: exitCodes.unreachable };
  const { data } = awsError.safeParse(error);
  return data === undefined ? undefined : describeAwsError(data);
};

const describeAwsError = ({ name, message, code, $metadata }: z.infer<typeof awsError>): Fault | undefined => {
  if (/AccessDenied|NotAuthorized|UnauthorizedOperation/.test(name))
    return { sentence: `AWS does not allow it: ${sentence(message)}`, exitCode: exitCodes.notAllowed };
  if (/ExpiredToken|InvalidClientToken|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return { sentence: `AWS does not accept your credentials: ${sentence(message)}`, exitCode: exitCodes.notAllowed };
  if (/CredentialsProvider|TokenProvider/.test(name))
    return {
      sentence:
        `AWS credentials cannot be read: ${sentence(message)} ` +
        'Name a profile with --profile, or run "aws sso login".',
      exitCode: exitCodes.notAllowed,
    };
  if (/Region is missing/.test(message))
    return { sentence: 'The region of the stage is not known: name it with --region.', exitCode: exitCodes.wrongUse };
  if (
    /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ECONNRESET|EAI_AGAIN)$/.test(code ?? '') ||
    name === 'TimeoutError'
  )
    return { sentence: `Nothing answers at AWS' endpoint: ${sentence(message)}`, exitCode: exitCodes.unreachable };
  if ($metadata === undefined) return undefined;
  if (/Deserialization error/.test(message))
    return {
      sentence: 'What answers at the endpoint of AWS is not AWS, or lacks this operation. Check AWS_ENDPOINT_URL.',
      exitCode: exitCodes.unreachable,
    };
  return { sentence: `AWS refused it with ${name}: ${sentence(message)}`, exitCode: exitCodes.refused };
};

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);

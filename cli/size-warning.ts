/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const maxBodyBytes = 10_485_760;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxEventBytes = 6_291_456;

/** Size of what API Gateway adds to a body: the headers twice, and the request's context. */
const envelopeBytes = 4_096;

/**
 * Returns a warning if a body exceeds the limit of API Gateway or of a synchronous Lambda invocation, otherwise
 * undefined.
 */
export const sizeWarning = (body: Buffer, isForm: boolean): string | undefined => {
  const bytes = (count: number): string => `${count.toLocaleString('en-US')} bytes`;
  if (body.length > maxBodyBytes)
    return `The body has ${bytes(body.length)}; API Gateway takes at most ${bytes(maxBodyBytes)}. ${advice}`;
  const encodedBytes = isForm ? Math.ceil(body.length / 3) * 4 : Buffer.byteLength(JSON.stringify(body.toString()));
  const eventBytes = encodedBytes + envelopeBytes;
  return eventBytes > maxEventBytes
    ? `The body makes an event of about ${bytes(eventBytes)}; Lambda takes at most ${bytes(maxEventBytes)}. ${advice}`
    : undefined;
};

const advice = 'AWS will likely answer 413 by itself: send the sample with --via-upload.';

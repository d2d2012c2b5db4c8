import { randomBytes } from 'node:crypto';

/**
 * What an invocation belongs to: a trace of its own, which is recorded. On AWS the trace goes on from whoever invoked.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export const newTraceId = (): string => {
  const epoch = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${epoch}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
};

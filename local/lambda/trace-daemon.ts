import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as z from 'zod';

/** A trace document that a function sent to X-Ray. */
export type TraceDocument = z.infer<typeof traceDocument>;

/** Uses X-Ray's own field names: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
const part = z.object({
  name: z.string().regex(/^[\p{L}\p{N}\s_.:/%&#=+\\@-]{1,200}$/u),
  id: z.string().regex(/^[\da-f]{16}$/),
  start_time: z.number(),
  end_time: z.number(),
  annotations: z.record(z.string().regex(/^\w+$/), z.union([z.string().max(1000), z.number(), z.boolean()])).optional(),
  namespace: z.enum(['aws', 'remote']).optional(),
  http: z.object({ response: z.object({ status: z.number() }) }).optional(),
  error: z.boolean().optional(),
  throttle: z.boolean().optional(),
  fault: z.boolean().optional(),
});

const traceDocument = part.extend({
  type: z.literal('subsegment'),
  trace_id: z.string().regex(/^1-[\da-f]{8}-[\da-f]{24}$/),
  parent_id: z.string().regex(/^[\da-f]{16}$/),
  subsegments: z.array(part),
});

/** The local stack's X-Ray daemon, which stores documents and forwards none. */
export interface TraceDaemon {
  /** The daemon's `host:port`. */
  readonly address: string;
  /** The last thousand documents, oldest first. */
  readonly documents: readonly TraceDocument[];
  /** Received packets that X-Ray would have rejected. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

const maxDocuments = 1000;
const header = '{"format":"json","version":1}\n';

/** Listens on any free UDP port of 127.0.0.1. */
export const startTraceDaemon = async (): Promise<TraceDaemon> => {
  const documents: TraceDocument[] = [];
  const refused: string[] = [];
  const socket = createSocket('udp4', (packet) => {
    try {
      documents.push(readPacket(packet.toString('utf8')));
      if (documents.length > maxDocuments) documents.shift();
    } catch (error) {
      refused.push(String(error));
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { address, port } = socket.address();
  const close = (): Promise<void> => new Promise((resolve) => socket.close(resolve));
  return { address: `${address}:${port}`, documents, refused, close };
};

const readPacket = (packet: string): TraceDocument => {
  if (!packet.startsWith(header))
    throw new Error('The packet does not begin with the header of the daemon\u2019s protocol.');
  return traceDocument.parse(JSON.parse(packet.slice(header.length)));
};

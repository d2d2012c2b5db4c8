import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { initiationAnswer } from './conversation-start';
import { amendConversation } from './conversations';
import { startWithData } from './registered-calls';
import type { SimulatorState } from './state';
import { parseJson } from './values';

/** The GUID of RFC 6455, section 1.3. */
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [textFrame, closeFrame] = [0x1, 0x8];
/** The close code for a message that violates the server's policy. */
const policyViolation = 1008;

/** Encodes a server's frame, which is not masked. */
const frame = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload;
  const header =
    length < 126 ? Buffer.from([0x80 | opcode, length]) : Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]);
  return Buffer.concat([header, payload]);
};

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/**
 * Decodes a client's first frame, whose payload is masked. Returns undefined until it is complete. At most 65,535
 * bytes.
 */
const readFrame = (data: Buffer): { readonly read: Frame; readonly bytes: number } | undefined => {
  if (data.length < 2) return undefined;
  const short = data.readUInt8(1) & 0x7f;
  const maskAt = short === 126 ? 4 : 2;
  if (data.length < maskAt + 4) return undefined;
  const length = short === 126 ? data.readUInt16BE(2) : short;
  const bytes = maskAt + 4 + length;
  if (data.length < bytes) return undefined;
  const mask = data.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(data.subarray(maskAt + 4, bytes).map((byte, index) => byte ^ mask.readUInt8(index % 4)));
  return { read: { opcode: data.readUInt8(0) & 0xf, payload }, bytes };
};

const close = (socket: Duplex, reason: string): void => {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(policyViolation);
  socket.end(frame(closeFrame, Buffer.concat([code, Buffer.from(reason.slice(0, 120))])));
};

/** Starts the conversation with the client's first message, and sends its id back, as ElevenLabs does. */
const begin = (state: SimulatorState, agentId: string, socket: Duplex, text: string): string | undefined => {
  const data = initiationAnswer.safeParse(parseJson(text));
  if (!data.success) {
    state.violations.push(`WebSocket of ${agentId}: ${data.error.message}`);
    close(socket, 'The first message is not conversation_initiation_client_data.');
    return undefined;
  }
  const { conversationId, terminationReason } = startWithData(state, { agentId }, data.data);
  if (terminationReason !== null) {
    close(socket, terminationReason);
    return undefined;
  }
  const metadata = {
    type: 'conversation_initiation_metadata',
    conversation_initiation_metadata_event: {
      conversation_id: conversationId,
      agent_output_audio_format: 'pcm_16000',
      user_input_audio_format: 'pcm_16000',
    },
  };
  socket.write(frame(textFrame, Buffer.from(JSON.stringify(metadata))));
  return conversationId;
};

/**
 * Handles `wss://…/v1/convai/conversation?agent_id=…`, only the start and end of a conversation: the client's first
 * message starts it, closing the socket ends it. The initiation webhook is not called, and no audio is exchanged.
 */
export const serveWebSocket = (state: SimulatorState, request: IncomingMessage, socket: Duplex): void => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const agentId = url.searchParams.get('agent_id') ?? '';
  const isKnown = state.agents.some((agent) => agent.agentId === agentId);
  if (url.pathname !== '/v1/convai/conversation' || !isKnown) {
    socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    return;
  }
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}${handshakeGuid}`)
    .digest('base64');
  const upgrade = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
  let data = Buffer.alloc(0);
  let conversationId: string | undefined;
  socket.on('data', (chunk: Buffer) => {
    data = Buffer.concat([data, chunk]);
    for (let next = readFrame(data); next !== undefined; next = readFrame(data)) {
      data = data.subarray(next.bytes);
      if (next.read.opcode === closeFrame) socket.end(frame(closeFrame, next.read.payload));
      else if (next.read.opcode === textFrame)
        conversationId ??= begin(state, agentId, socket, next.read.payload.toString());
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    const conversation = state.conversations.find((stored) => stored.conversationId === conversationId);
    // A reset or a deletion may have removed it meanwhile.
    if (conversation !== undefined) amendConversation(state, conversation.conversationId, { status: 'done' });
  });
};

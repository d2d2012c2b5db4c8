import { createSocket } from 'node:dgram';

/** The address on which X-Ray's daemon listens. */
export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
}

/** Parses Lambda's AWS_XRAY_DAEMON_ADDRESS, such as `169.254.79.129:2000`. Returns undefined if no daemon is set. */
export const daemonAddress = (address = ''): DaemonAddress | undefined => {
  const { host, port } = /^(?<host>[\d.]+):(?<port>\d+)$/.exec(address)?.groups ?? {};
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
};

/**
 * Sends one packet. Resolves once it has left this process, before Lambda can freeze it. A lost packet is not an error.
 */
export const sendToDaemon = ({ host, port }: DaemonAddress, packet: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (): void => {
      socket.removeAllListeners('error').on('error', () => undefined);
      socket.close();
      resolve();
    };
    socket.once('error', finish);
    socket.send(packet, port, host, finish);
  });

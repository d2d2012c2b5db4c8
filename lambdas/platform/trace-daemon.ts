import { createSocket } from 'node:dgram';

/** Where X-Ray's daemon listens. */
export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads Lambda's AWS_XRAY_DAEMON_ADDRESS, `169.254.79.129:2000`; undefined where there is no daemon. */
export const daemonAddress = (address = ''): DaemonAddress | undefined => {
  const [, host, port] = /^([\d.]+):(\d+)$/.exec(address) ?? [];
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
};

/**
 * Sends one packet. Resolves when it has left this process, before Lambda can freeze it. A lost trace is not an error.
 */
export const sendToDaemon = ({ host, port }: DaemonAddress, packet: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const leave = (): void => {
      socket.removeAllListeners('error').on('error', () => undefined);
      socket.close();
      resolve();
    };
    socket.once('error', leave);
    socket.send(packet, port, host, leave);
  });

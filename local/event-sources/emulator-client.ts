/** What the AWS clients of the event sources need to reach the emulators. */
interface EmulatorClient {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Returns client settings for the emulators at `awsUrl`, which do not verify credentials. */
export const emulatorClient = (awsUrl: string, region: string): EmulatorClient => ({
  endpoint: awsUrl,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** What every AWS client of the event sources needs to reach the emulators. */
interface EmulatorClient {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Client settings for the emulators at `awsUrl`; they check no credentials. */
export const emulatorClient = (awsUrl: string, region: string): EmulatorClient => ({
  endpoint: awsUrl,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

import type { Log } from '../../shared/log';
import type { Meter } from '../../shared/metrics';
import type { Secret } from '../secrets';
import type { Connection } from './request';

/** ElevenLabs at this address, with the first live value of the key's secret. */
export const connectionTo = (baseUrl: string, apiKey: Pick<Secret, 'values'>, log: Log, meter: Meter): Connection => ({
  baseUrl,
  apiKey: async () => (await apiKey.values())[0] ?? '',
  log,
  meter,
});

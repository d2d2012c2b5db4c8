import type { DeployedStack } from './stack/deployed-stack';

/** Where one run of the local stack keeps and calls things. */
export interface Places {
  readonly awsUrl: string;
  readonly region: string;
  readonly bucket: string;
  readonly table: string;
  readonly elevenLabsUrl: string;
  readonly elevenLabsKey: string;
}

/** The places of a deployed stack. */
export const placesOf = (
  { buckets, tables }: DeployedStack,
  endpoints: Pick<Places, 'awsUrl' | 'region' | 'elevenLabsUrl' | 'elevenLabsKey'>,
): Places => ({
  ...endpoints,
  bucket: Object.values(buckets)[0] ?? '',
  table: Object.values(tables)[0]?.name ?? '',
});

/** What scripts want to know before `ready`: where everything is. */
export const contractOf = (places: Places, { queues, secrets }: DeployedStack, logs: string) => ({
  aws: places.awsUrl,
  elevenlabs: places.elevenLabsUrl,
  region: places.region,
  bucket: places.bucket,
  table: places.table,
  queues,
  secrets,
  logs,
});

/** The same in one line of JSON. */
export const contractLine = (...about: Parameters<typeof contractOf>): string => JSON.stringify(contractOf(...about));

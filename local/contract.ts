import type { DeployedStack } from './stack/deployed-stack';

/** Addresses and storage locations of one run of the local stack. */
export interface Places {
  readonly awsUrl: string;
  readonly region: string;
  readonly bucket: string;
  readonly table: string;
  readonly elevenLabsUrl: string;
  readonly elevenLabsKey: string;
}

/** Returns the addresses and storage locations of a deployed stack. */
export const placesOf = (
  { buckets, tables }: DeployedStack,
  endpoints: Pick<Places, 'awsUrl' | 'region' | 'elevenLabsUrl' | 'elevenLabsKey'>,
): Places => ({
  ...endpoints,
  bucket: Object.values(buckets)[0] ?? '',
  table: Object.values(tables)[0]?.name ?? '',
});

/** Builds what scripts need to know before `ready`: the location of everything. */
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

/** Formats it as one line of JSON. */
export const contractLine = (...about: Parameters<typeof contractOf>): string => JSON.stringify(contractOf(...about));

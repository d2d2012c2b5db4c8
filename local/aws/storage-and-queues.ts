import type { KeptState } from '../kept-state';

/**
 * Creates S3, SQS and STS in memory, or with buckets and objects that are kept. fauxqs itself keeps objects only in a
 * server of its own, which listens on all addresses, so its parts are put together here. Queued jobs are not kept;
 * reconcile finds what they were for.
 */
export const createStorageAndQueues = async (kept: KeptState | undefined) => {
  const { buildApp } = await import('fauxqs');
  const app = buildApp({ logger: false, ...(kept !== undefined && { stores: await keptStores(kept.folder('s3')) }) });
  await app.ready();
  return app;
};

const keptStores = async (folder: string) => {
  const [{ S3Store }, { FileS3Persistence }, { SqsStore }, { SnsStore }] = await Promise.all([
    import('../../node_modules/fauxqs/dist/s3/s3Store.js'),
    import('../../node_modules/fauxqs/dist/s3/fileS3Persistence.js'),
    import('../../node_modules/fauxqs/dist/sqs/sqsStore.js'),
    import('../../node_modules/fauxqs/dist/sns/snsStore.js'),
  ]);
  const s3Store = new S3Store();
  const files = new FileS3Persistence(folder);
  files.loadS3(s3Store);
  s3Store.persistence = files;
  return { s3Store, sqsStore: new SqsStore(), snsStore: new SnsStore() };
};

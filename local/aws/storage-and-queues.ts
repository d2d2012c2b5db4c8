import type { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import type { KeptState } from '../kept-state';

/**
 * Creates S3, SQS and STS in memory, or with buckets, objects, queues and messages that are kept. fauxqs itself keeps
 * them only in a server of its own, which listens on all addresses, so its parts are put together here.
 */
export const createStorageAndQueues = async (kept: KeptState | undefined) => {
  const { buildApp } = await import('fauxqs');
  if (kept === undefined) {
    const app = buildApp({ logger: false });
    await app.ready();
    return app;
  }
  const { stores, close } = await keptStores(kept);
  const app = buildApp({ logger: false, stores });
  app.addHook('onClose', close);
  await app.ready();
  return app;
};

const keptStores = async (kept: KeptState) => {
  const [{ S3Store }, { FileS3Persistence }, { SnsStore }] = await Promise.all([
    import('../../node_modules/fauxqs/dist/s3/s3Store.js'),
    import('../../node_modules/fauxqs/dist/s3/fileS3Persistence.js'),
    import('../../node_modules/fauxqs/dist/sns/snsStore.js'),
  ]);
  const s3Store = new S3Store();
  const files = new FileS3Persistence(kept.folder('s3'));
  files.loadS3(s3Store);
  s3Store.persistence = files;
  const snsStore = new SnsStore();
  const { sqsStore, close } = await keptQueues(kept.folder('sqs'), snsStore);
  return { stores: { s3Store, sqsStore, snsStore }, close };
};

/** Opens the queues of the run before. No worker of that run is left, so messages that one had are visible at once. */
const keptQueues = async (folder: string, snsStore: SnsStore) => {
  const [{ SqsStore }, { PersistenceManager }] = await Promise.all([
    import('../../node_modules/fauxqs/dist/sqs/sqsStore.js'),
    import('../../node_modules/fauxqs/dist/persistence.js'),
  ]);
  const sqsStore = new SqsStore();
  const database = new PersistenceManager(folder);
  // Loaded first: a queue that is created while it is persisted replaces the stored one and its messages.
  database.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = database;
  for (const queue of sqsStore.allQueues()) {
    // Before it is persisted: fauxqs cannot store this change.
    for (const handle of [...queue.inflightMessages.keys()]) queue.changeVisibility(handle, 0);
    queue.persistence = database;
  }
  const close = (): Promise<void> => {
    database.close();
    return Promise.resolve();
  };
  return { sqsStore, close };
};

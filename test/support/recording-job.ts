import { sqsRecord } from './sqs-record';

/** An event of the queue that has the post-call worker fetch a recording. */
export const recordingJob = (conversationId: string) => ({
  Records: [sqsRecord({ kind: 'recording', conversation_id: conversationId })],
});

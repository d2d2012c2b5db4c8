/** An event of the queue that has the post-call worker fetch a recording. */
export const recordingJob = (conversationId: string) => ({
  Records: [
    {
      messageId: 'm',
      receiptHandle: 'r',
      body: JSON.stringify({ kind: 'recording', conversation_id: conversationId }),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1',
        SenderId: 'x',
        ApproximateFirstReceiveTimestamp: '1',
      },
      messageAttributes: {},
      md5OfBody: 'x',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:x:000000000000:q',
      awsRegion: 'x',
    },
  ],
});

/** An SQS record with this job, received for the first time. */
export const sqsRecord = (job: object) => ({
  messageId: 'm',
  receiptHandle: 'r',
  body: JSON.stringify(job),
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
});

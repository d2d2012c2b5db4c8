import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { QueueSource } from '../stack/deployed-stack';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const attributeOf = (attribute: MessageAttributeValue): object => ({
  ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
  ...(attribute.BinaryValue === undefined ? {} : { binaryValue: base64(attribute.BinaryValue) }),
  stringListValues: [],
  binaryListValues: [],
  dataType: attribute.DataType,
});

const recordOf = (message: Message, { queueArn }: QueueSource): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [name, attributeOf(attribute)]),
  ),
  md5OfBody: message.MD5OfBody,
  ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(':')[3],
});

/** Builds Lambda's event from received messages. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const sqsEvent = (messages: readonly Message[], source: QueueSource): object => ({
  Records: messages.map((message) => recordOf(message, source)),
});

import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

const isUnknownOperation = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.name === 'UnknownOperationException';

/**
 * Has the emulator note the table's TTL attribute unless it has it already. An emulator that does not know TTL is left
 * alone, since the local stack expires items itself.
 */
export const enableTimeToLive = async (
  client: DynamoDBClient,
  TableName: string,
  AttributeName: string,
): Promise<void> => {
  try {
    const { TimeToLiveDescription: current } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    if (current?.AttributeName === AttributeName) return;
    const TimeToLiveSpecification = { AttributeName, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  } catch (error) {
    if (!isUnknownOperation(error)) throw error;
  }
};

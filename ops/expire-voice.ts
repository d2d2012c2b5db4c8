import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Installation } from './installation';
import { itemKey } from './ledger';
import { showVoice } from './voices';

/**
 * Makes the time of a voice be over, as if it had passed; for the local stack. Throws OperationError for an unknown
 * voice.
 */
export const expireVoice = async (installation: Installation, voiceId: string): Promise<void> => {
  await showVoice(installation, voiceId);
  await installation.clients.dynamoDb.send(
    new UpdateCommand({
      TableName: installation.table,
      Key: { pk: itemKey('voice', voiceId) },
      UpdateExpression: 'SET expires_at = :past',
      ExpressionAttributeValues: { ':past': Math.floor(Date.now() / 1000) - 1 },
    }),
  );
};

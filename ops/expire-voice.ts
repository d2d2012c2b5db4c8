import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Installation } from './installation';
import { itemKey } from './ledger';
import { showVoice } from './voices';

/** Sets the expiry of a voice to now, for the local stack. Throws OperationError if the voice is unknown. */
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

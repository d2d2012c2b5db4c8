import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Template } from './cloud-assembly';
import type { ExistingTable } from './tables';
import { ofType, type TemplateResource } from './template-resource';

const names = z.object({
  TableName: z.object({ Value: z.string() }).optional().catch(undefined),
  BucketName: z.object({ Value: z.string() }).optional().catch(undefined),
});

/** A table and a bucket that the template uses but does not create. */
export interface Adopted {
  readonly table: string | undefined;
  readonly bucket: string | undefined;
}

/** Returns the existing resources that a template uses. An output names them as text; others it references. */
export const adoptedBy = ({ Outputs }: Pick<Template, 'Outputs'>): Adopted => {
  const { TableName, BucketName } = names.parse(Outputs);
  return { table: TableName?.Value, bucket: BucketName?.Value };
};

const streamReader = z.object({ EventSourceArn: z.string() });

/**
 * Describes an existing table as if the template had created it: the local stack expires its items and reads its
 * stream, whatever the emulator knows of both. Throws if the emulator does not have it.
 */
export const findTable = async (
  client: DynamoDBClient,
  name: string,
  resources: readonly TemplateResource[],
): Promise<ExistingTable> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const streamArn = ofType(resources, 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => streamReader.safeParse(properties).data?.EventSourceArn)
    .find((arn) => arn?.includes(`:table/${name}/stream/`));
  return {
    table: {
      name,
      keyNames: (Table?.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName),
      ttlAttribute: 'expires_at',
      ...(streamArn !== undefined && { streamView: 'OLD_IMAGE' }),
    },
    arn: Table?.TableArn ?? '',
    ...(streamArn !== undefined && { streamArn }),
  };
};

import * as z from 'zod';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1);

const indexes = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({
        ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
        NonKeyAttributes: z.array(z.string()).optional(),
      }),
    }),
  )
  .optional();

/** What AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable have in common and the local stack uses. */
export const tableSchema = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});

/** A table's properties, resolved. */
export type TableProperties = z.infer<typeof tableSchema>;

/** Attribute that holds the expiry; undefined when the table has no TTL, or it is switched off. */
export const ttlAttributeOf = ({ TimeToLiveSpecification: ttl }: TableProperties): string | undefined =>
  ttl?.Enabled === true ? ttl.AttributeName : undefined;

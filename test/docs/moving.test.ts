import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ofType, synthesizedResources } from '../support/iam';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'RECOVERY.md'), 'utf8');
const [, creation = '{}'] = /--table-creation-parameters '([^']+)'/.exec(page) ?? [];

const [[, ledger] = ['', {}]] = ofType(synthesizedResources(), 'AWS::DynamoDB::Table');
const keyOfTable = z.object({
  BillingMode: z.string(),
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.unknown()),
  GlobalSecondaryIndexes: z.array(z.unknown()),
});

describe('moving the table to another account', () => {
  it("given the import of docs/RECOVERY.md, then it makes a table with the ledger's keys and index", () => {
    const { TableName, ...table } = JSON.parse(creation) as Record<string, unknown>;

    expect(TableName).toMatch(/^Precall-/);
    expect(table).toEqual(keyOfTable.parse(ledger));
  });
});

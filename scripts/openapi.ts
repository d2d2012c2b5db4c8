/** Writes docs/openapi.json from the schemas that the functions read and answer with: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { openApi } from './openapi-document';

const file = join(__dirname, '..', 'docs', 'openapi.json');

void format(JSON.stringify(openApi()), { parser: 'json', printWidth: 120 }).then((text) => writeFileSync(file, text));

import { globSync } from 'node:fs';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const capabilities = ['voices', 'samples', 'callers', 'calls', 'three-cx', 'initiation', 'setup', 'reconcile'];
const neighbours = ['elevenlabs', 'ledger', 'aws'];

/**
 * Modules without I/O, a clock or the environment: states, transitions, decisions, schemas. Neighbours may import them.
 */
const pure = [
  'callers/{caller,caller-changes,caller-clone,caller-name,consent,identities,phone-number,possible-identifiers}.ts',
  'callers/enrolment/enrolment-request.ts',
  'callers/erasure/{erasure,erasure-pages,erasure-report,receipt}.ts',
  'callers/export/export.ts',
  'callers/logged-right.ts',
  'callers/rights-job.ts',
  'calls/{call-failure,call-update,conversation-details,ended-call,json-fields,phone-numbers}.ts',
  'calls/{post-call-event,raw-field}.ts',
  'calls/{post-call-job,recording-content,storage-keys,stored-call,transcript-text}.ts',
  'elevenlabs/error-codes.ts',
  'initiation/{dynamic-variables,initiation,pre-calls}.ts',
  'samples/audio/**/*.ts',
  'samples/{base64-audio,named-samples,samples-digest,upload,voice-sample}.ts',
  'setup/{agent-findings,branch-findings,initiation-findings,post-call-findings,voice-findings,workspace-findings}.ts',
  'setup/{agent-settings,agent-setup,details,disclosure-finding,finding,setup-check}.ts',
  'three-cx/{next-step,three-cx-call,three-cx-event}.ts',
  'voices/{agent,agent-branches,agent-changes,agent-decision,claim-decision,clone-job,conversation}.ts',
  'voices/{deletion-decision,deletion-job,ended-conversation,failed-pre-call,greeting,starting-call}.ts',
  'voices/{voice,voice-identity}.ts',
  'voices/pre-call/{pre-call-answer,pre-call-event}.ts',
];
const pureFiles = globSync(
  pure.map((pattern) => `lambdas/${pattern}`),
  { cwd: import.meta.dirname },
);

/** All files of a folder but the pure ones. */
const impureOf = (folder) =>
  globSync(`lambdas/${folder}/**/*.ts`, { cwd: import.meta.dirname })
    .filter((file) => !pureFiles.includes(file))
    .map((file) => `./${file}`);

const filesOf = (pattern) => globSync(pattern, { cwd: import.meta.dirname }).map((file) => `./${file}`);

/** The one file of lib/ that may import from lambdas/: types of the functions' environments. */
const functionEnvironments = './lib/function-environments.ts';

/** The arrow of the architecture: functions → capabilities → (elevenlabs | ledger | aws) → platform. */
const layers = [
  {
    target: './lambdas/platform',
    from: ['./lambdas'],
    except: ['./platform'],
    message: 'The platform knows neither capabilities nor neighbours.',
  },
  {
    target: neighbours.map((folder) => `./lambdas/${folder}`),
    from: ['./lambdas/functions', ...capabilities.flatMap(impureOf)],
    message: 'A neighbour knows only the pure modules of a capability.',
  },
  {
    target: capabilities.map((folder) => `./lambdas/${folder}`),
    from: ['./lambdas/functions'],
    message: 'A capability does not know the doors.',
  },
  {
    target: pureFiles.map((file) => `./${file}`),
    from: [...neighbours.map((folder) => `./lambdas/${folder}`), ...capabilities.flatMap(impureOf)],
    message: 'A pure module imports pure modules and the platform.',
  },
  { target: './lambdas', from: ['./lib', './bin', './cli', './ops', './local', './test', './bench', './scripts'] },
  { target: './lib', from: ['./bin', './cli', './ops', './local', './test', './bench', './scripts'] },
  {
    target: filesOf('lib/**/*.ts').filter((file) => file !== functionEnvironments),
    from: ['./lambdas'],
    message: 'What is deployed does not import the code that runs; lib/function-environments.ts imports types of it.',
  },
  {
    target: functionEnvironments,
    from: filesOf('lambdas/**/*.ts').filter((file) => !/^\.\/lambdas\/functions\/[\w-]+\/environment\.ts$/.test(file)),
    message: 'It imports the types of functions\u2019 environments, and nothing else.',
  },
  { target: './bin', from: ['./lambdas', './test', './bench'] },
  {
    target: './local',
    from: ['./lambdas', './test', './bench'],
    message: 'The local stack runs the synthesized bundles and knows nothing of their source.',
  },
  {
    target: ['./cli', './ops', './console'],
    from: ['./lambdas/functions', ...[...neighbours, ...capabilities].flatMap(impureOf)],
    message: 'Operations and the command share pure modules with the functions, and nothing else.',
  },
  { target: './ops', from: ['./cli', './console', './lib', './bin', './local', './test', './bench', './scripts'] },
  {
    target: './console/client',
    from: ['./lambdas', './ops', './cli', './lib', './local', './console/server', './bin', './test'],
    message: 'The page knows documents alone, and asks the server for them.',
  },
  { target: './console', from: ['./local', './bin', './test', './bench', './scripts'] },
  { target: './cli', from: ['./lib', './bin', './local', './test', './bench', './scripts'] },
];

/** A spread of a literal packs lines, and hides members from the reader and from checks of excess properties. */
const packed = ['ObjectExpression', 'ArrayExpression'].map((literal) => ({
  selector: `:matches(ObjectExpression, ArrayExpression) > SpreadElement[argument.type='${literal}']`,
  message: 'Write its members in place of the spread.',
}));

export default tseslint.config(
  { ignores: ['**/node_modules/', 'cdk.out/', '.local/', 'coverage/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js', '.json'] })] },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'import-x/no-restricted-paths': ['error', { zones: layers, basePath: import.meta.dirname }],
      'import-x/no-cycle': 'error',
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', ['parent', 'sibling', 'index']],
          alphabetize: { order: 'asc', caseInsensitive: true },
          named: false,
        },
      ],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...packed],
    },
  },
  {
    files: pureFiles,
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout'],
      'no-restricted-syntax': [
        'error',
        ...packed,
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'The clock comes in as an argument.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The clock comes in as an argument.',
        },
        {
          selector: 'ImportDeclaration[source.value=/^@aws|powertools|music-metadata|busboy/]',
          message: 'A pure module imports no SDK.',
        },
      ],
    },
  },
  {
    files: ['lib/function-environments.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/lambdas/**'], allowTypeImports: true, message: 'Import types only.' }] },
      ],
    },
  },
  { files: ['cli/**/*.ts', 'local/**/*.ts', 'bin/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['console/client/**/*.{ts,tsx}'],
    rules: {
      // Documents come from the server of the same checkout; checking their shape again would need zod in the page.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // JSX of a view is longer than a function of the same weight.
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/elevenlabs.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/local/elevenlabs/elevenlabs-simulator'],
              importNames: ['startElevenLabs'],
              message: 'Start it with test/support/elevenlabs, which asserts that there are no violations.',
            },
          ],
        },
      ],
    },
  },
);

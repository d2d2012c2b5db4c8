import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Folders under lambdas/ with what several functions do. */
const ofSeveralFunctions = ['agent-check', 'agent-voice', 'conversation-end', 'threecx-call', 'voice-samples'];

/** The arrow of the architecture: handler -> use case -> domain; adapters do the I/O. */
const layers = [
  {
    target: './lambdas/domain',
    from: ['./lambdas'],
    except: ['./domain'],
    message: 'The domain is pure: it imports nothing but the domain.',
  },
  {
    target: './lambdas/adapters',
    from: ['./lambdas'],
    except: ['./adapters', './domain', './shared'],
    message: 'Adapters know the domain, never a function.',
  },
  {
    target: ofSeveralFunctions.map((folder) => `./lambdas/${folder}`),
    from: ['./lambdas'],
    except: [...ofSeveralFunctions, 'adapters', 'domain', 'shared'].map((folder) => `./${folder}`),
    message: 'What several functions do knows none of them.',
  },
  {
    target: './lambdas/shared',
    from: ['./lambdas'],
    except: ['./shared', './domain'],
    message: 'Shared code knows neither functions nor adapters.',
  },
  { target: './lambdas', from: ['./lib', './bin', './cli', './local', './test', './bench', './scripts'] },
  { target: './lib', from: ['./lambdas', './bin', './cli', './local', './test', './bench', './scripts'] },
  { target: './bin', from: ['./lambdas', './test', './bench'] },
  {
    target: './local',
    from: ['./lambdas', './test', './bench'],
    message: 'The local stack runs the synthesized bundles and knows nothing of their source.',
  },
  {
    target: './cli',
    from: ['./lambdas'],
    except: ['./domain'],
    message: 'The command shares the domain with the functions, and nothing else.',
  },
  { target: './cli', from: ['./lib', './bin', './local', './test', './bench', './scripts'] },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', '.local/', 'coverage/'] },
  {
    files: ['**/*.ts'],
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
    },
  },
  {
    files: ['lambdas/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout'],
      'no-restricted-syntax': [
        'error',
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
          message: 'The domain imports no SDK.',
        },
      ],
    },
  },
  { files: ['cli/**/*.ts', 'local/**/*.ts', 'bin/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
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
);

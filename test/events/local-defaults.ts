import type { LocalSettings } from '../../local/settings';

/** The settings that the local stack has where nobody sets any. */
export const localDefaults: LocalSettings = {
  PORT: 0,
  AWS_ENDPOINT_URL: undefined,
  AWS_REGION: 'eu-central-1',
  ELEVENLABS_API_BASE_URL: undefined,
  ELEVENLABS_API_KEY: 'sk_local_simulated_key',
  ELEVENLABS_WEBHOOK_SECRET: 'wsec_local_webhook_secret',
  FLAT_POSTCALL_SECRET: undefined,
  THREECX_WEBHOOK_SECRET: 'local_3cx_secret',
  INITIATION_SECRET: 'local_initiation_secret',
  CALLER_HASH_KEY: 'local_caller_hash_key',
  ELEVENLABS_AGENT_ID: undefined,
  ELEVENLABS_PHONE_NUMBER_ID: undefined,
  TTL_SWEEP_SECONDS: 3600,
  LOCAL_MAX_INSTANCES: 10,
  PRECALL_DEMO: 'off',
};

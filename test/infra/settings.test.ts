import { readSettings } from '../../lib/settings';

const noContext = { tryGetContext: (): unknown => undefined };

describe('readSettings', () => {
  it('given nothing, when read, then the defaults hold', () => {
    expect(readSettings(noContext, {})).toEqual({
      STAGE: 'dev',
      ELEVENLABS_API_BASE_URL: 'https://api.elevenlabs.io',
      LOG_LEVEL: 'INFO',
      FEATURES: 'all',
      DEPLOYMENT: 'all_at_once',
      DEPLOY_ACCOUNT: '',
      DEPLOY_REGION: '',
      VOICE_CLONE_MIN_DURATION: 3,
      VOICE_CLONE_MIN_SAMPLE_RATE: 16_000,
      SAMPLE_QUALITY: 'warn',
      REMOVE_BACKGROUND_NOISE: false,
      VOICE_CLONE_MAX_SIZE_MB: 10,
      VOICE_CLONE_AUTO_DELETE: true,
      VOICE_RETENTION_HOURS: 24,
      VOICE_TTL_HOURS: 24,
      AGENT_ACTIVATION: 'patch',
      INITIATION_SERVES: 'cached',
      PRECALL_VALID_MINUTES: 15,
      FALLBACK_VOICE_ID: '',
      DEFAULT_COUNTRY: '',
      SAMPLE_RETENTION_DAYS: 0,
      RECONCILE_MINUTES: 60,
      ENABLE_TRANSCRIPT_STORAGE: true,
      ENABLE_AUDIO_STORAGE: false,
      TRANSCRIPT_RETENTION_DAYS: 365,
      RECORDING_RETENTION_DAYS: 90,
      REQUIRE_CONSENT: 'off',
      CONSENT_TEXT_VERSION: '',
      CONSENT_EVIDENCE_DAYS: 1095,
      ERASE_AT_ELEVENLABS: true,
      RAW_EVENT_RETENTION_DAYS: 30,
      AGENT_IDS: '',
      DEFAULT_FIRST_MESSAGE: 'Hallo {name}, fijn dat je belt!',
      GREETINGS: '{}',
      KEEP_FIRST_MESSAGE: false,
      ENABLE_SAMPLE_STORAGE: true,
      ENROLMENT_RETENTION_DAYS: 365,
      VOICE_CACHE_HOURS: 24,
      LONGEST_CALL_MINUTES: 60,
      DYNAMIC_VARIABLES: '{}',
      ELEVENLABS_AGENT_ID: '',
      ELEVENLABS_PHONE_NUMBER_ID: '',
      THREECX_TRANSPORT: 'sip_trunk',
      THREECX_DIAL_TARGET: 'caller',
      GREETING_VOICE_ID: '',
      GREETING_MESSAGE: 'Een ogenblik geduld, u wordt zo verbonden.',
      GREETING_MAX_SECONDS: 35,
      GREETING_MUSIC_ENABLED: false,
      GREETING_MUSIC_URL: '',
      CLONE_MAX_WAIT_SECONDS: 35,
      AUTO_TRANSITION_ENABLED: true,
      SIGNATURE_TOLERANCE_SECONDS: 1800,
      ELEVENLABS_SOURCE_IPS:
        '34.67.146.145, 34.59.11.47, 35.204.38.71, 34.147.113.54, 35.185.187.110, 35.247.157.189, 34.77.234.246, 34.140.184.144, 34.93.26.174, 34.93.252.69, 34.87.23.17, 34.126.179.103',
      THROTTLE_RATE_PER_SECOND: 50,
      TRACED_PERCENT: 5,
      MONITORING: 'all',
      ACCOUNT_CONCURRENCY: 1000,
      BACKUP_DAYS: 35,
      BUCKET_NAME: '',
      TABLE_NAME: '',
      TABLE_STREAM_ARN: '',
      BUDGET_USD: 0,
      KMS_KEY_ARN: '',
      MINIMUM_TLS: '1.2',
      LOG_SOURCE_ADDRESS: false,
      WAF_TRUSTED_IPS: '',
      THROTTLE_BURST: 100,
      ELEVENLABS_API_KEY_SECRET_ARN: '',
      ELEVENLABS_WEBHOOK_SECRET_ARN: '',
      FLAT_POSTCALL_SECRET_ARN: '',
      THREECX_WEBHOOK_SECRET_ARN: '',
      INITIATION_SECRET_ARN: '',
      CALLER_HASH_KEY_SECRET_ARN: '',
      RETAIN_DATA: true,
      WAF_ENABLED: false,
      WAF_REQUESTS_PER_ADDRESS: 2000,
      DOMAIN_NAME: '',
      CERTIFICATE_ARN: '',
      ALARM_EMAIL: '',
      API_LOG_ROLE: true,
      ALARM_QUIET_HOURS: 24,
      LOG_RETENTION_DAYS: 30,
    });
  });

  it('given context and environment, when read, then the environment wins', () => {
    const context = {
      tryGetContext: (name: string): unknown => ({ STAGE: 'staging', ENABLE_SAMPLE_STORAGE: false })[name],
    };

    expect(readSettings(context, { STAGE: 'prod', LOG_LEVEL: '' })).toMatchObject({
      STAGE: 'prod',
      ENABLE_SAMPLE_STORAGE: false,
      LOG_LEVEL: 'INFO',
    });
  });

  it.each(['any', '203.0.113.7', '203.0.113.0/24, 198.51.100.7 ,192.0.2.0/32'])(
    "given %s as ElevenLabs' addresses, when read, then they are taken",
    (addresses) => {
      const { ELEVENLABS_SOURCE_IPS } = readSettings(noContext, { ELEVENLABS_SOURCE_IPS: addresses });

      expect(ELEVENLABS_SOURCE_IPS).toBe(addresses);
    },
  );

  it.each([
    ['STAGE', 'Prod!'],
    ['ELEVENLABS_API_BASE_URL', 'http://example.com'],
    ['ELEVENLABS_API_BASE_URL', 'api.elevenlabs.io'],
    ['LOG_LEVEL', 'LOUD'],
    ['VOICE_CLONE_MIN_DURATION', 'three'],
    ['VOICE_CLONE_MIN_SAMPLE_RATE', '7999'],
    ['VOICE_CLONE_MAX_SIZE_MB', '11'],
    ['VOICE_TTL_HOURS', '0'],
    ['ENABLE_SAMPLE_STORAGE', 'perhaps'],
    ['SIGNATURE_TOLERANCE_SECONDS', '-1'],
    ['LOG_RETENTION_DAYS', '31'],
    ['DEFAULT_FIRST_MESSAGE', '{name}'],
    ['GREETINGS', '[]'],
    ['GREETINGS', '{"agent_1":"Hi"}'],
    ['GREETINGS', '{"agent_1":{"nl":"{name}"}}'],
    ['GREETINGS', '{"agent 1":{"nl":"Hi"}}'],
    ['KEEP_FIRST_MESSAGE', 'perhaps'],
    ['DYNAMIC_VARIABLES', '{"system__time": "now"}'],
    ['DYNAMIC_VARIABLES', '{"nested": {}}'],
    ['DYNAMIC_VARIABLES', '[]'],
    ['THREECX_DIAL_TARGET', 'reception'],
    ['DOMAIN_NAME', 'calls.example.com'],
    ['CERTIFICATE_ARN', 'certificate'],
    ['ALARM_EMAIL', 'me'],
    ['ELEVENLABS_SOURCE_IPS', '300.1.1.1'],
    ['GREETING_MUSIC_URL', 'music'],
    ['ELEVENLABS_AGENT_ID', 'agent 1'],
    ['ELEVENLABS_SOURCE_IPS', '203.0.113.256'],
    ['ELEVENLABS_SOURCE_IPS', '203.0.113.0/0'],
    ['ELEVENLABS_SOURCE_IPS', '203.0.113.0/24/8'],
    ['ELEVENLABS_SOURCE_IPS', '2001:db8::1'],
    ['ELEVENLABS_SOURCE_IPS', '203.0.113.1,any'],
    ['ELEVENLABS_SOURCE_IPS', '203.0.113.1,'],
    ['ELEVENLABS_SOURCE_IPS', Array.from({ length: 201 }, (_, n) => `203.0.113.${n}`).join()],
  ])('given a wrong %s, when read, then one sentence names it', (name, value) => {
    expect(() => readSettings(noContext, { [name]: value })).toThrow(
      new RegExp(`^Settings are not valid: ${name}: .*\\.$`),
    );
  });
});

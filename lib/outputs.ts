import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { InstallationSecrets } from './installation-secrets';

/** The addresses that senders are given. */
export const urlsOf = (api: RestApi): Record<string, string> => ({
  PreCallUrl: api.urlForPath('/webhook/precall'),
  PostCallUrl: api.urlForPath('/webhook/postcall'),
  ThreeCxUrl: api.urlForPath('/webhook/3cx'),
  InitiationUrl: api.urlForPath('/webhook/initiation'),
  CallersUrl: api.urlForPath('/callers'),
  HealthUrl: api.urlForPath('/health'),
});

/** The secrets that an operator fills. */
export const arnsOf = (secrets: InstallationSecrets): Record<string, string> => ({
  ElevenLabsApiKeyArn: secrets.apiKey.secretArn,
  ElevenLabsWebhookSecretArn: secrets.webhookSecret.secretArn,
  InitiationSecretArn: secrets.initiationSecret.secretArn,
  ThreeCxWebhookSecretArn: secrets.threeCxSecret.secretArn,
});

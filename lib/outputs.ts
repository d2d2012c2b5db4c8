import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { InstallationSecrets } from './constructs/data/secrets';

/** The addresses for senders: below this domain, or API Gateway's own if it is empty. */
export const urlsOf = (api: RestApi, domainName: string): Record<string, string> => {
  const { region, urlSuffix } = Stack.of(api);
  const ownUrl = `https://${api.restApiId}.execute-api.${region}.${urlSuffix}/${api.deploymentStage.stageName}`;
  const ApiUrl = domainName === '' ? ownUrl : `https://${domainName}`;
  const urlFor = (path: string): string => `${ApiUrl}${path}`;
  return {
    ApiUrl,
    PreCallUrl: urlFor('/webhook/precall'),
    PostCallUrl: urlFor('/webhook/postcall'),
    ThreeCxUrl: urlFor('/webhook/3cx'),
    InitiationUrl: urlFor('/webhook/initiation'),
    CallersUrl: urlFor('/callers'),
    HealthUrl: urlFor('/health'),
  };
};

/** The ARNs of the secrets. An operator fills in all but the caller hash key. */
export const arnsOf = (secrets: InstallationSecrets): Record<string, string> => ({
  ElevenLabsApiKeyArn: secrets.apiKey.secretArn,
  ElevenLabsWebhookSecretArn: secrets.webhookSecret.secretArn,
  InitiationSecretArn: secrets.initiationSecret.secretArn,
  ThreeCxWebhookSecretArn: secrets.threeCxSecret.secretArn,
  FlatPostCallSecretArn: secrets.flatSecret.secretArn,
  CallerHashKeyArn: secrets.callerHashKey.secretArn,
});

import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { InstallationSecrets } from './installation-secrets';

/** The addresses that senders are given: below this domain, or those of API Gateway itself. */
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

/** The secrets: an operator fills all but the key of callers. */
export const arnsOf = (secrets: InstallationSecrets): Record<string, string> => ({
  ElevenLabsApiKeyArn: secrets.apiKey.secretArn,
  ElevenLabsWebhookSecretArn: secrets.webhookSecret.secretArn,
  InitiationSecretArn: secrets.initiationSecret.secretArn,
  ThreeCxWebhookSecretArn: secrets.threeCxSecret.secretArn,
  FlatPostCallSecretArn: secrets.flatSecret.secretArn,
  CallerHashKeyArn: secrets.callerHashKey.secretArn,
});

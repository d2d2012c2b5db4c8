import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { templateOf } from '../support/templates';

const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';

describe('what stands before the API', () => {
  it('given no settings, then there is no firewall and no domain', () => {
    const template = templateOf({});

    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    template.resourceCountIs('AWS::ApiGateway::DomainName', 0);
  });

  it('given WAF_ENABLED, then the stage has a firewall that counts requests and looks into no body', () => {
    const template = templateOf({ WAF_ENABLED: 'true', WAF_REQUESTS_PER_ADDRESS: '500' });

    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      Rules: Match.arrayWith([
        Match.objectLike({ Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 500 } } }),
      ]),
    });
    expect(JSON.stringify(template.findResources('AWS::WAFv2::WebACL'))).not.toMatch(/CommonRuleSet|Body/);
  });

  it('given a domain and its certificate, then the API is mapped to it, with TLS 1.2 at least', () => {
    const template = templateOf({ DOMAIN_NAME: 'calls.example.com', CERTIFICATE_ARN: certificate });

    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'calls.example.com',
      RegionalCertificateArn: certificate,
      SecurityPolicy: Match.stringLikeRegexp('^SecurityPolicy_TLS13_1_2_'),
    });
    template.hasOutput('DomainTarget', {});
    template.hasOutput('ApiUrl', { Value: 'https://calls.example.com' });
    template.hasOutput('InitiationUrl', { Value: 'https://calls.example.com/webhook/initiation' });
  });
});

describe('what API Gateway answers by itself', () => {
  interface GatewayResponse {
    readonly ResponseType: string;
    readonly StatusCode?: string;
    readonly ResponseParameters?: Readonly<Record<string, string>>;
    readonly ResponseTemplates: { readonly 'application/json': string };
  }

  const answers = Object.values(templateOf({}).findResources('AWS::ApiGateway::GatewayResponse')).map(
    ({ Properties }) => Properties as GatewayResponse,
  );
  const codeOf = (answer: GatewayResponse) => {
    const { error_code: code } = JSON.parse(answer.ResponseTemplates['application/json']) as { error_code: string };
    return code;
  };

  it('given each answer, then it has the error shape of the API', () => {
    for (const { ResponseTemplates } of answers)
      expect(JSON.parse(ResponseTemplates['application/json'])).toEqual({
        status: 'error',
        error_code: expect.stringMatching(/^[A-Z_]+$/) as string,
        error_message: expect.stringMatching(/\.$/) as string,
        conversation_id: null,
      });
  });

  it('given what happened, then the code says it, and AWS’ own status stays but for a route that there is not', () => {
    expect(Object.fromEntries(answers.map((each) => [each.ResponseType, [codeOf(each), each.StatusCode]]))).toEqual({
      MISSING_AUTHENTICATION_TOKEN: ['ROUTE_NOT_FOUND', '404'],
      ACCESS_DENIED: ['SOURCE_NOT_ALLOWED', undefined],
      WAF_FILTERED: ['SOURCE_NOT_ALLOWED', undefined],
      THROTTLED: ['TOO_MANY_REQUESTS', undefined],
      INTEGRATION_TIMEOUT: ['TIMED_OUT', undefined],
      INTEGRATION_FAILURE: ['INTERNAL_ERROR', undefined],
      DEFAULT_5XX: ['INTERNAL_ERROR', undefined],
    });
  });

  it('given what is worth sending again, then it says when, and the others do not', () => {
    const whenOf = ({ ResponseParameters }: GatewayResponse) =>
      ResponseParameters?.['gatewayresponse.header.Retry-After'];

    expect(answers.filter((each) => whenOf(each) !== undefined).map(({ ResponseType }) => ResponseType)).toEqual(
      expect.arrayContaining(['THROTTLED', 'INTEGRATION_TIMEOUT', 'INTEGRATION_FAILURE', 'DEFAULT_5XX']),
    );
    for (const answer of answers) expect(whenOf(answer) ?? "'1'").toMatch(/^'\d+'$/);
    for (const answer of answers.filter((each) => ['ROUTE_NOT_FOUND', 'SOURCE_NOT_ALLOWED'].includes(codeOf(each))))
      expect(whenOf(answer)).toBeUndefined();
  });

  it('given every code, then docs/API.md explains it', () => {
    const api = readFileSync(join(__dirname, '..', '..', 'docs', 'API.md'), 'utf8');

    for (const answer of answers) expect(api).toContain(`\`${codeOf(answer)}\``);
  });
});

describe('what holds data', () => {
  const kinds = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];
  const policies = (template: Template): string[] =>
    kinds.flatMap((kind) =>
      Object.values(template.findResources(kind)).map(({ DeletionPolicy }) => String(DeletionPolicy)),
    );

  it('given no settings, then it outlives the stack, and the table cannot be deleted by accident', () => {
    const template = templateOf({});

    expect(new Set(policies(template))).toEqual(new Set(['RetainExceptOnCreate']));
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  });

  it('given RETAIN_DATA=false, then it goes with the stack', () => {
    const template = templateOf({ RETAIN_DATA: 'false' });

    expect(new Set(policies(template))).toEqual(new Set(['Delete']));
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });
});

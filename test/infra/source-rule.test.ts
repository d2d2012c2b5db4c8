import type { Template } from 'aws-cdk-lib/assertions';
import { templateOf } from '../support/templates';

/** The template of an installation with this setting. */
const templateWith = (addresses: string | undefined): Template => templateOf({ ELEVENLABS_SOURCE_IPS: addresses });

interface Statement {
  readonly Effect: string;
  readonly Resource: string | string[];
}

const statementsOf = (template: Template): Statement[] => {
  const [api] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
  return (api!['Properties'] as { Policy: { Statement: Statement[] } }).Policy.Statement;
};

/** Whether a pattern of a policy, whose `*` spans slashes, matches. */
const matches = (pattern: string, resource: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((text) => text.replace(/[.?+^$[\]\\(){}|]/g, '\\$&'))
      .join('.*')}$`,
  ).test(resource);

describe("who gets to the routes of ElevenLabs' own webhooks", () => {
  it('given nothing, when synthesized, then all may come but for those two, which are for the published addresses alone', () => {
    expect(statementsOf(templateWith(undefined))).toEqual([
      { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: [
          'execute-api:/*/POST/webhook/initiation',
          'execute-api:/*/POST/webhook/initiation/*',
          'execute-api:/*/POST/webhook/postcall',
          'execute-api:/*/POST/webhook/postcall/*',
        ],
        Condition: {
          NotIpAddress: {
            'aws:SourceIp': [
              '34.67.146.145',
              '34.59.11.47',
              '35.204.38.71',
              '34.147.113.54',
              '35.185.187.110',
              '35.247.157.189',
              '34.77.234.246',
              '34.140.184.144',
              '34.93.26.174',
              '34.93.252.69',
              '34.87.23.17',
              '34.126.179.103',
            ],
          },
        },
      },
    ]);
  });

  it('given every route of the API, when compared with what is denied, then it is those two and no other', () => {
    const template = templateWith(undefined);
    const resources = template.findResources('AWS::ApiGateway::Resource');
    const pathOf = (id: string): string => {
      const { PathPart, ParentId } = resources[id]!['Properties'] as { PathPart: string; ParentId: { Ref?: string } };
      return `${ParentId.Ref === undefined ? '' : pathOf(ParentId.Ref)}/${PathPart}`;
    };
    const routes = Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => {
      const { HttpMethod, ResourceId } = Properties as { HttpMethod: string; ResourceId: { Ref: string } };
      return `v1/${HttpMethod}${pathOf(ResourceId.Ref)}`;
    });
    const denied = statementsOf(template)
      .filter(({ Effect }) => Effect === 'Deny')
      .flatMap(({ Resource }) => Resource);

    const isDenied = (route: string) => denied.some((pattern) => matches(pattern, `execute-api:/${route}`));
    expect(routes.filter(isDenied).sort()).toEqual(['v1/POST/webhook/initiation', 'v1/POST/webhook/postcall']);
    expect(isDenied('v1/POST/webhook/postcall/')).toBe(true);
    expect(routes.length).toBeGreaterThan(4);
  });

  it('given any, when synthesized, then its policy lets all in: without one the last one would stay in force', () => {
    const [api] = Object.values(templateWith('any').findResources('AWS::ApiGateway::RestApi'));

    expect(api!['Properties']).toMatchObject({
      Policy: { Statement: [{ Effect: 'Allow', Resource: 'execute-api:/*' }] },
    });
  });

  it('given a list that changes, when synthesized, then the API is deployed anew: a policy holds from the next deployment on', () => {
    const deployment = (addresses: string) =>
      Object.keys(templateWith(addresses).findResources('AWS::ApiGateway::Deployment'));

    expect(deployment('203.0.113.1')).toEqual(deployment('203.0.113.1'));
    expect(deployment('203.0.113.1')).not.toEqual(deployment('203.0.113.0/24'));
  });
});

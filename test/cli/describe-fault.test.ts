import { describeFault } from '../../cli/describe-fault';

describe('the description of an error', () => {
  it('given an answer that the AWS client cannot read, then it says that AWS did not answer', () => {
    const hint = '\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response';
    const error = Object.assign(new SyntaxError(`Unexpected token '<'${hint}`), {
      $metadata: { httpStatusCode: 404 },
    });

    expect(describeFault(error)).toEqual({
      sentence: 'What answers at the endpoint of AWS is not AWS, or lacks this operation. Check AWS_ENDPOINT_URL.',
      exitCode: 3,
    });
    expect(describeFault(new SyntaxError('a defect'))).toBeUndefined();
  });

  it.each([
    ['an unknown profile', 'Could not resolve credentials using profile: [prdo] in configuration/credentials file(s).'],
    [
      'an ended session',
      "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    ],
  ])('given credentials that cannot be read because of %s, then it says why', (_given, message) => {
    const error = Object.assign(new Error(message), { name: 'CredentialsProviderError' });

    expect(describeFault(error)).toEqual({
      sentence: `AWS credentials cannot be read: ${message} Name a profile with --profile, or run "aws sso login".`,
      exitCode: 4,
    });
  });
});

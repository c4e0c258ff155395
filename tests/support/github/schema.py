"""The part of GitHub's schema that the double has, by the names of https://docs.github.com/graphql/reference."""

SCHEMA = """
interface Node { id: ID! }
interface Actor { login: String! }
type User implements Actor { login: String! }
type PageInfo {
  hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
}
enum PullRequestState { OPEN CLOSED MERGED }
type PullRequestReviewComment implements Node {
  id: ID! databaseId: Int body: String! path: String! diffHunk: String! createdAt: String!
  url: String! author: Actor authorAssociation: String!
}
type CommentEdge { cursor: String! node: PullRequestReviewComment }
type PullRequestReviewCommentConnection {
  totalCount: Int! pageInfo: PageInfo! nodes: [PullRequestReviewComment] edges: [CommentEdge]
}
type PullRequestReviewThread implements Node {
  id: ID! isResolved: Boolean! isOutdated: Boolean! path: String! line: Int originalLine: Int
  diffSide: String! resolvedBy: User
  comments(first: Int, after: String, last: Int): PullRequestReviewCommentConnection!
}
type ThreadEdge { cursor: String! node: PullRequestReviewThread }
type PullRequestReviewThreadConnection {
  totalCount: Int! pageInfo: PageInfo! nodes: [PullRequestReviewThread] edges: [ThreadEdge]
}
type PullRequest implements Node {
  id: ID! number: Int! title: String! body: String! state: PullRequestState! isDraft: Boolean!
  merged: Boolean! mergeable: String! mergeStateStatus: String! url: String! author: Actor
  headRefName: String! headRefOid: String! baseRefName: String! baseRefOid: String!
  reviewDecision: String
  reviewThreads(first: Int, after: String, last: Int): PullRequestReviewThreadConnection!
}
type Repository implements Node {
  id: ID! nameWithOwner: String! pullRequest(number: Int!): PullRequest
}
type Query {
  viewer: User!
  repository(owner: String!, name: String!): Repository
  node(id: ID!): Node
}
input MarkPullRequestReadyForReviewInput { pullRequestId: ID! clientMutationId: String }
type MarkPullRequestReadyForReviewPayload { clientMutationId: String pullRequest: PullRequest }
input ConvertPullRequestToDraftInput { pullRequestId: ID! clientMutationId: String }
type ConvertPullRequestToDraftPayload { clientMutationId: String pullRequest: PullRequest }
input ResolveReviewThreadInput { threadId: ID! clientMutationId: String }
type ResolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
input UnresolveReviewThreadInput { threadId: ID! clientMutationId: String }
type UnresolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
input AddPullRequestReviewThreadReplyInput {
  pullRequestReviewThreadId: ID! body: String! clientMutationId: String
}
type AddPullRequestReviewThreadReplyPayload {
  clientMutationId: String comment: PullRequestReviewComment
}
type Mutation {
  markPullRequestReadyForReview(
    input: MarkPullRequestReadyForReviewInput!): MarkPullRequestReadyForReviewPayload
  convertPullRequestToDraft(
    input: ConvertPullRequestToDraftInput!): ConvertPullRequestToDraftPayload
  resolveReviewThread(input: ResolveReviewThreadInput!): ResolveReviewThreadPayload
  unresolveReviewThread(input: UnresolveReviewThreadInput!): UnresolveReviewThreadPayload
  addPullRequestReviewThreadReply(
    input: AddPullRequestReviewThreadReplyInput!): AddPullRequestReviewThreadReplyPayload
}
"""

/** A method for each operation of the API. Made by `make clients`: do not edit. */

import type { Call, Options, SendOptions } from "../calls.js";
import type * as s from "./schemas.js";

/** Arguments and answers are called as in the API; docs/http-api.md says what each of them means. */
export abstract class Operations {
  protected abstract ask<T>(call: Call, options?: SendOptions): Promise<T>;

  protected abstract items<T>(call: Call, items: string, after: string, options?: Options): AsyncGenerator<T>;

  /**
   * List the API keys, without their secrets.
   */
  listKeys(options?: Options): Promise<s.KeysAnswer> {
    return this.ask({ method: "GET", path: "/api/admin/apikeys", key: "admin" }, options);
  }

  /**
   * Make an API key. It is shown this once; only its hash is kept.
   */
  generateKey(body: s.GenerateBody, options?: Options): Promise<s.GeneratedAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/apikeys/generate", body, key: "admin" }, options);
  }

  /**
   * Delete an API key with its sessions and webhooks: nobody could reach them any more. Revoke it to keep them.
   */
  deleteKey(keyId: string, options?: Options): Promise<s.KeyDeletedAnswer> {
    return this.ask({ method: "DELETE", path: "/api/admin/apikeys/{key_id}", names: [keyId], key: "admin" }, options);
  }

  /**
   * Say what an API key may have at most: how many sessions, which ones, from where, in which chats.
   *
   * What it has beyond that stays, and it does not see it; its webhooks are narrowed with it. Within 30 s everywhere.
   */
  changeKey(keyId: string, body: s.ChangeKeyBody = {}, options?: Options): Promise<s.KeyAnswer> {
    return this.ask({ method: "PATCH", path: "/api/admin/apikeys/{key_id}", names: [keyId], body, key: "admin" }, options);
  }

  /**
   * Make an API key useless, within 30 s everywhere. Its sessions stay connected.
   */
  revokeKey(keyId: string, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/admin/apikeys/{key_id}/revoke", names: [keyId], key: "admin" }, options);
  }

  /**
   * Give an API key another secret, shown this once. The one before works for a day more, or for `overlap` seconds.
   *
   * Up to four secrets of a key work at a time; one more ends the oldest at once.
   */
  rotateKey(keyId: string, body: s.RotateKeyBody = {}, options?: Options): Promise<s.RotatedAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/apikeys/{key_id}/rotate", names: [keyId], body, key: "admin" }, options);
  }

  /**
   * List all changes in the last 90 days: who, what, when, from where. Newest first.
   *
   * With `Accept: application/x-ndjson` a line for each entry; go on with the `id` of the last one as `before`.
   */
  listAudit(query: s.ListAuditQuery = {}, options?: Options): Promise<s.AuditAnswer> {
    return this.ask({ method: "GET", path: "/api/admin/audit", query, key: "admin" }, options);
  }

  /** The same, one after the other over all pages. */
  iterateAudit(query: s.ListAuditQuery = {}, options?: Options): AsyncGenerator<s.AuditPart> {
    return this.items({ method: "GET", path: "/api/admin/audit", query, key: "admin" }, "entries", "before", options);
  }

  /**
   * List the forwarders, and how each of them goes.
   */
  listForwarders(options?: Options): Promise<s.ForwardersAnswer> {
    return this.ask({ method: "GET", path: "/api/admin/forwarders", key: "admin" }, options);
  }

  /**
   * Have events of a key go to NATS, SQS, EventBridge or S3. Whether they are taken there is seen afterwards.
   */
  createForwarder(body: s.ForwarderBody, options?: Options): Promise<s.ForwarderAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/forwarders", body, key: "admin" }, options);
  }

  /**
   * Delete a forwarder. What it has put there stays; a last page may be on its way for some seconds still.
   */
  deleteForwarder(forwarderId: string, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/admin/forwarders/{forwarder_id}", names: [forwarderId], key: "admin" }, options);
  }

  /**
   * List the session hosts, their shards and how many sessions each holds.
   */
  listHosts(options?: Options): Promise<s.HostsAnswer> {
    return this.ask({ method: "GET", path: "/api/admin/hosts", key: "admin" }, options);
  }

  /**
   * Have a session host give its sessions to others and take none, before it is stopped.
   */
  drainHost(host: string, options?: Options): Promise<s.HostAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/hosts/{host}/drain", names: [host], key: "admin" }, options);
  }

  /**
   * Say that a session host that is gone will not come back, nor its disk: what its journals have is given up.
   */
  forgetHost(host: string, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/admin/hosts/{host}/forget", names: [host], key: "admin" }, options);
  }

  /**
   * Have a session host take sessions again.
   */
  undrainHost(host: string, options?: Options): Promise<s.HostAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/hosts/{host}/undrain", names: [host], key: "admin" }, options);
  }

  /**
   * Log one session of a key out, or all of them. 202: some phones may still show the device.
   */
  logKeyOut(keyId: string, body: s.LogoutBody = {}, options?: Options): Promise<s.LogoutAnswer> {
    return this.ask({ method: "POST", path: "/api/admin/logout/{key_id}", names: [keyId], body, key: "admin" }, options);
  }

  /**
   * Have a session's shard give it up, to another shard or to any that has room.
   */
  moveSession(keyId: string, name: string, body: s.MoveBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/admin/sessions/{key_id}/{name}/move", names: [keyId, name], body, key: "admin" }, options);
  }

  /**
   * Show what every key sent and received in a time, its bytes and requests, counted as in `GET /api/usage`.
   */
  listUsage(query: s.ListUsageQuery = {}, options?: Options): Promise<s.AllUsageAnswer> {
    return this.ask({ method: "GET", path: "/api/admin/usage", query, key: "admin" }, options);
  }

  /**
   * List the changes by this key and to it in the last 90 days: who, what, when, from where. Newest first.
   *
   * Sends are not in it: GET /api/messages/{id} and the events tell of those. With `Accept: application/x-ndjson` a
   * line for each entry.
   */
  listOwnAudit(query: s.ListOwnAuditQuery = {}, options?: Options): Promise<s.AuditAnswer> {
    return this.ask({ method: "GET", path: "/api/audit", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateOwnAudit(query: s.ListOwnAuditQuery = {}, options?: Options): AsyncGenerator<s.AuditPart> {
    return this.items({ method: "GET", path: "/api/audit", query }, "entries", "before", options);
  }

  /**
   * Say whom the session's number blocks.
   */
  getBlockList(query: s.GetBlockListQuery = {}, options?: Options): Promise<s.BlockListAnswer> {
    return this.ask({ method: "GET", path: "/api/block-list", query }, options);
  }

  /**
   * Block somebody: their messages and calls no longer arrive, and they see no picture and no presence.
   */
  blockUser(body: s.BlockBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/block-user", body }, options);
  }

  /**
   * Show the verified name of a business. Its address, hours and catalogue are not available.
   */
  getBusinessProfile(number: string, query: s.GetBusinessProfileQuery = {}, options?: Options): Promise<s.BusinessAnswer> {
    return this.ask({ method: "GET", path: "/api/business-profile/{number}", names: [number], query }, options);
  }

  /**
   * List the chats of a session, each with its last message, by when that was. Status updates are in no chat.
   */
  listChats(query: s.ListChatsQuery = {}, options?: Options): Promise<s.ChatsAnswer> {
    return this.ask({ method: "GET", path: "/api/chats", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateChats(query: s.ListChatsQuery = {}, options?: Options): AsyncGenerator<s.ChatPart> {
    return this.items({ method: "GET", path: "/api/chats", query }, "chats", "after", options);
  }

  /**
   * Remove a chat here, with its files. The phone, and the others in it, keep theirs.
   */
  deleteChat(chat: string, query: s.DeleteChatQuery = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/chats/{chat}", names: [chat], query }, options);
  }

  /**
   * Show a chat: of a number, a LID, a group, a newsletter, or `status@broadcast`.
   */
  getChat(chat: string, query: s.GetChatQuery = {}, options?: Options): Promise<s.ChatAnswer> {
    return this.ask({ method: "GET", path: "/api/chats/{chat}", names: [chat], query }, options);
  }

  /**
   * List what was said in a chat, newest first: what arrived, what the phone wrote, and what was sent from here.
   */
  listChatMessages(chat: string, query: s.ListChatMessagesQuery = {}, options?: Options): Promise<s.SaidAnswer> {
    return this.ask({ method: "GET", path: "/api/chats/{chat}/messages", names: [chat], query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateChatMessages(chat: string, query: s.ListChatMessagesQuery = {}, options?: Options): AsyncGenerator<s.Said> {
    return this.items({ method: "GET", path: "/api/chats/{chat}/messages", names: [chat], query }, "messages", "before", options);
  }

  /**
   * Say whether a number is on WhatsApp.
   */
  checkNumber(number: string, query: s.CheckNumberQuery = {}, options?: Options): Promise<s.NumberAnswer> {
    return this.ask({ method: "GET", path: "/api/check-number/{number}", names: [number], query }, options);
  }

  /**
   * Check which of up to 500 numbers are on WhatsApp. Those that are not remembered are asked a hundred at a time.
   */
  checkNumbers(body: s.CheckNumbersBody, options?: Options): Promise<s.CheckedAnswer> {
    return this.ask({ method: "POST", path: "/api/check-numbers", body }, options);
  }

  /**
   * Remove what arrived at a session, history and names of chats too, and the files that came with it.
   */
  clearMessages(body: s.ClearBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/clear-messages", body }, options);
  }

  /**
   * Make a community; WhatsApp makes its group for announcements by itself.
   */
  createCommunity(body: s.NewCommunityBody, options?: Options): Promise<s.NewGroupAnswer> {
    return this.ask({ method: "POST", path: "/api/communities", body }, options);
  }

  /**
   * List the groups of a community.
   */
  listSubGroups(jid: string, query: s.ListSubGroupsQuery = {}, options?: Options): Promise<s.SubGroupsAnswer> {
    return this.ask({ method: "GET", path: "/api/communities/{jid}/groups", names: [jid], query }, options);
  }

  /**
   * Take a group out of its community.
   */
  unlinkGroup(jid: string, group: string, query: s.UnlinkGroupQuery = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/communities/{jid}/groups/{group}", names: [jid, group], query }, options);
  }

  /**
   * Put a group into a community.
   */
  linkGroup(jid: string, group: string, query: s.LinkGroupQuery = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "PUT", path: "/api/communities/{jid}/groups/{group}", names: [jid, group], query }, options);
  }

  /**
   * List who is in the groups of a community, 500 at once.
   */
  listCommunityParticipants(jid: string, query: s.ListCommunityParticipantsQuery = {}, options?: Options): Promise<s.CommunityPeopleAnswer> {
    return this.ask({ method: "GET", path: "/api/communities/{jid}/participants", names: [jid], query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateCommunityParticipants(jid: string, query: s.ListCommunityParticipantsQuery = {}, options?: Options): AsyncGenerator<s.PersonAnswer> {
    return this.items({ method: "GET", path: "/api/communities/{jid}/participants", names: [jid], query }, "participants", "after", options);
  }

  /**
   * Show the link with which others find the session's number: the contents of the phone's own QR code.
   */
  getContactLink(query: s.GetContactLinkQuery = {}, options?: Options): Promise<s.ContactLinkAnswer> {
    return this.ask({ method: "GET", path: "/api/contact-link", query }, options);
  }

  /**
   * Have another link: the last one leads to nobody any more.
   */
  renewContactLink(body: s.RenewBody = {}, options?: Options): Promise<s.ContactLinkAnswer> {
    return this.ask({ method: "POST", path: "/api/contact-link/renew", body }, options);
  }

  /**
   * Say whose link this is.
   */
  resolveContactLink(query: s.ResolveContactLinkQuery, options?: Options): Promise<s.LinkedAnswer> {
    return this.ask({ method: "GET", path: "/api/contact-link/resolve", query }, options);
  }

  /**
   * List people that the session knows: its phone's contacts, and who wrote to it. WhatsApp is not asked.
   */
  listContacts(query: s.ListContactsQuery = {}, options?: Options): Promise<s.ContactsAnswer> {
    return this.ask({ method: "GET", path: "/api/contacts", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateContacts(query: s.ListContactsQuery = {}, options?: Options): AsyncGenerator<s.KnownContact> {
    return this.items({ method: "GET", path: "/api/contacts", query }, "contacts", "after", options);
  }

  /**
   * Show somebody by number or LID: their names, the text about them, their picture, and both of their addresses.
   */
  getContact(number: string, query: s.GetContactQuery = {}, options?: Options): Promise<s.ContactAnswer> {
    return this.ask({ method: "GET", path: "/api/contacts/{number}", names: [number], query }, options);
  }

  /**
   * Delete a message for everyone, within 60 hours.
   */
  deleteMessage(body: s.SendRevokeBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/delete-message", body, sends: true }, options);
  }

  /**
   * Change your own text, or the caption of your own picture or video, within 15 minutes.
   */
  editMessage(body: s.SendEditBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/edit-message", body, sends: true }, options);
  }

  /**
   * List what happened, oldest first: everything that follows a cursor, once, in the order of each session.
   *
   * Ask again with `next`, also when an answer has no events: it may have passed over those of other types. With `wait`
   * an answer without events comes after that time. A cursor from before the oldest event that is kept answers
   * `410 EVENTS_GONE`, with the `next` to go on from: nothing is left out without a word.
   */
  listEvents(query: s.ListEventsQuery = {}, options?: Options): Promise<s.EventsAnswer> {
    return this.ask({ method: "GET", path: "/api/events", query }, options);
  }

  /**
   * Forward a message to another chat, marked as forwarded. Its file is not uploaded again.
   */
  forwardMessage(body: s.ForwardBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/forward-message", body, sends: true }, options);
  }

  /**
   * Show whether a person is online, and subscribe to them: the event `presence` tells when they come and go.
   */
  getPresence(body: s.PersonBody, options?: Options): Promise<s.PresenceAnswer> {
    return this.ask({ method: "POST", path: "/api/get-presence", body }, options);
  }

  /**
   * Join a group: by its link, or by an invitation that came as a message.
   */
  acceptInvite(body: s.AcceptBody = {}, options?: Options): Promise<s.JoinedAnswer> {
    return this.ask({ method: "POST", path: "/api/group/accept-invite", body }, options);
  }

  /**
   * Add people to a group. A person whom the number may not add gets an invitation.
   */
  addParticipants(body: s.NewParticipantsBody, options?: Options): Promise<s.ResultAnswer> {
    return this.ask({ method: "POST", path: "/api/group/add-participants", body }, options);
  }

  /**
   * Make a group. The answer lists the people who could not be added separately.
   */
  createGroup(body: s.NewGroupBody, options?: Options): Promise<s.NewGroupAnswer> {
    return this.ask({ method: "POST", path: "/api/group/create", body }, options);
  }

  /**
   * Make admins of a group simple members.
   */
  demoteParticipants(body: s.ParticipantsBody, options?: Options): Promise<s.ResultAnswer> {
    return this.ask({ method: "POST", path: "/api/group/demote", body }, options);
  }

  /**
   * Show a group that the session is in, with its members.
   */
  getGroupInfo(jid: string, query: s.GetGroupInfoQuery = {}, options?: Options): Promise<s.GroupAnswer> {
    return this.ask({ method: "GET", path: "/api/group/info/{jid}", names: [jid], query }, options);
  }

  /**
   * Show the invite link of a group. WhatsApp gives it only to admins.
   */
  getInviteLink(jid: string, query: s.GetInviteLinkQuery = {}, options?: Options): Promise<s.LinkAnswer> {
    return this.ask({ method: "GET", path: "/api/group/invite-link/{jid}", names: [jid], query }, options);
  }

  /**
   * Leave a group.
   */
  groupLeave(body: s.GroupBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/group/leave", body }, options);
  }

  /**
   * Make members of a group its admins.
   */
  promoteParticipants(body: s.ParticipantsBody, options?: Options): Promise<s.ResultAnswer> {
    return this.ask({ method: "POST", path: "/api/group/promote", body }, options);
  }

  /**
   * Remove people from a group.
   */
  removeParticipants(body: s.ParticipantsBody, options?: Options): Promise<s.ResultAnswer> {
    return this.ask({ method: "POST", path: "/api/group/remove-participants", body }, options);
  }

  /**
   * Revoke the invite link of a group. The answer has the new link.
   */
  revokeInvite(body: s.GroupBody, options?: Options): Promise<s.LinkAnswer> {
    return this.ask({ method: "POST", path: "/api/group/revoke-invite", body }, options);
  }

  /**
   * Give a group another description, or none.
   */
  updateDescription(body: s.DescriptionBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/group/update-description", body }, options);
  }

  /**
   * Give a group another name.
   */
  updateSubject(body: s.SubjectBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/group/update-subject", body }, options);
  }

  /**
   * List the groups that the session is in, by their JIDs; without members.
   */
  listGroups(query: s.ListGroupsQuery = {}, options?: Options): Promise<s.GroupsAnswer> {
    return this.ask({ method: "GET", path: "/api/groups", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateGroups(query: s.ListGroupsQuery = {}, options?: Options): AsyncGenerator<s.Group> {
    return this.items({ method: "GET", path: "/api/groups", query }, "groups", "after", options);
  }

  /**
   * Make a group with all its settings, or a community.
   */
  createGroupWithSettings(body: s.MakeGroupBody, options?: Options): Promise<s.NewGroupAnswer> {
    return this.ask({ method: "POST", path: "/api/groups", body }, options);
  }

  /**
   * Leave a group.
   */
  leaveGroup(jid: string, query: s.LeaveGroupQuery = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/groups/{jid}", names: [jid], query }, options);
  }

  /**
   * Show a group that the session is in, with its members.
   */
  getGroup(jid: string, query: s.GetGroupQuery = {}, options?: Options): Promise<s.GroupAnswer> {
    return this.ask({ method: "GET", path: "/api/groups/{jid}", names: [jid], query }, options);
  }

  /**
   * Change a group. If WhatsApp refuses one change, `made` in the error lists the changes before it.
   */
  changeGroup(jid: string, body: s.ChangeGroupBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "PATCH", path: "/api/groups/{jid}", names: [jid], body }, options);
  }

  /**
   * Revoke the invite link of a group. The answer has the new link.
   */
  revokeGroupInvite(jid: string, query: s.RevokeGroupInviteQuery = {}, options?: Options): Promise<s.LinkAnswer> {
    return this.ask({ method: "DELETE", path: "/api/groups/{jid}/invite", names: [jid], query }, options);
  }

  /**
   * Show the invite link of a group. WhatsApp gives it only to admins.
   */
  getGroupInvite(jid: string, query: s.GetGroupInviteQuery = {}, options?: Options): Promise<s.LinkAnswer> {
    return this.ask({ method: "GET", path: "/api/groups/{jid}/invite", names: [jid], query }, options);
  }

  /**
   * List who is in a group.
   */
  listParticipants(jid: string, query: s.ListParticipantsQuery = {}, options?: Options): Promise<s.PeopleAnswer> {
    return this.ask({ method: "GET", path: "/api/groups/{jid}/participants", names: [jid], query }, options);
  }

  /**
   * Add, remove, promote or demote people. The answer has a result for each person.
   */
  changeParticipants(jid: string, body: s.MembersBody, options?: Options): Promise<s.MembersAnswer> {
    return this.ask({ method: "POST", path: "/api/groups/{jid}/participants", names: [jid], body }, options);
  }

  /**
   * Say where the picture of a group is.
   */
  getGroupPicture(jid: string, query: s.GetGroupPictureQuery = {}, options?: Options): Promise<s.GroupPictureAnswer> {
    return this.ask({ method: "GET", path: "/api/groups/{jid}/picture", names: [jid], query }, options);
  }

  /**
   * Show another picture of a group: any picture becomes a square JPEG of at most 640 pixels.
   */
  postGroupPicture(jid: string, body: s.PictureBody, options?: Options): Promise<s.ShownAnswer> {
    return this.ask({ method: "POST", path: "/api/groups/{jid}/picture", names: [jid], body }, options);
  }

  /**
   * Show another picture of a group: any picture becomes a square JPEG of at most 640 pixels.
   */
  putGroupPicture(jid: string, body: s.PictureBody, options?: Options): Promise<s.ShownAnswer> {
    return this.ask({ method: "PUT", path: "/api/groups/{jid}/picture", names: [jid], body }, options);
  }

  /**
   * List who asks to be let into a group.
   */
  listJoinRequests(jid: string, query: s.ListJoinRequestsQuery = {}, options?: Options): Promise<s.JoinRequestsAnswer> {
    return this.ask({ method: "GET", path: "/api/groups/{jid}/requests", names: [jid], query }, options);
  }

  /**
   * List what arrived at a session, newest first.
   */
  listIncomingMessages(query: s.ListIncomingMessagesQuery = {}, options?: Options): Promise<s.InboxAnswer> {
    return this.ask({ method: "GET", path: "/api/incoming-messages", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateIncomingMessages(query: s.ListIncomingMessagesQuery = {}, options?: Options): AsyncGenerator<s.Received> {
    return this.items({ method: "GET", path: "/api/incoming-messages", query }, "messages", "before", options);
  }

  /**
   * Ask once more for the file of a message that is `gone`; it is tried within a minute.
   */
  fetchMedia(messageId: string, body: s.FetchBody, options?: Options): Promise<s.FetchAnswer> {
    return this.ask({ method: "POST", path: "/api/incoming-messages/{message_id}/media", names: [messageId], body }, options);
  }

  /**
   * Show the group that an invite link leads to, without joining it.
   */
  getInvite(code: string, query: s.GetInviteQuery = {}, options?: Options): Promise<s.GroupAnswer> {
    return this.ask({ method: "GET", path: "/api/invites/{code}", names: [code], query }, options);
  }

  /**
   * Join the group that an invite link leads to.
   */
  takeInvite(code: string, body: s.SessionBody = {}, options?: Options): Promise<s.JoinedAnswer> {
    return this.ask({ method: "POST", path: "/api/invites/{code}", names: [code], body }, options);
  }

  /**
   * Show this key: its name, what it may do, and until when. Every key may call this.
   */
  getOwnKey(options?: Options): Promise<s.KeyAnswer> {
    return this.ask({ method: "GET", path: "/api/key" }, options);
  }

  /**
   * Mark messages as read: their senders see it, and the phone shows them as read too.
   */
  markAsRead(body: s.ReadBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/mark-as-read", body }, options);
  }

  /**
   * Say to their senders that everything unread in a chat was read; the phone shows the chat as read too.
   */
  markChatRead(body: s.MarkChatBody, options?: Options): Promise<s.MarkedAnswer> {
    return this.ask({ method: "POST", path: "/api/mark-chat-read", body }, options);
  }

  /**
   * Read a file: an upload, or what came with a message.
   */
  getMedia(mediaId: string, options?: Options): Promise<Uint8Array> {
    return this.ask({ method: "GET", path: "/api/media/{media_id}", names: [mediaId], answersBytes: true }, options);
  }

  /**
   * Say where a message is, and when it came there.
   */
  getMessage(messageId: string, options?: Options): Promise<s.MessageAnswer> {
    return this.ask({ method: "GET", path: "/api/messages/{message_id}", names: [messageId] }, options);
  }

  /**
   * Show who got, read and played a message, and when: each person of a group, or its recipient.
   */
  getMessageReceipts(messageId: string, query: s.GetMessageReceiptsQuery = {}, options?: Options): Promise<s.ReceiptsAnswer> {
    return this.ask({ method: "GET", path: "/api/messages/{message_id}/receipts", names: [messageId], query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateMessageReceipts(messageId: string, query: s.GetMessageReceiptsQuery = {}, options?: Options): AsyncGenerator<s.ReceiptAnswer> {
    return this.items({ method: "GET", path: "/api/messages/{message_id}/receipts", names: [messageId], query }, "receipts", "after", options);
  }

  /**
   * List the newsletters that the session's number owns or follows.
   */
  listNewsletters(query: s.ListNewslettersQuery = {}, options?: Options): Promise<s.NewslettersAnswer> {
    return this.ask({ method: "GET", path: "/api/newsletters", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateNewsletters(query: s.ListNewslettersQuery = {}, options?: Options): AsyncGenerator<s.Newsletter> {
    return this.items({ method: "GET", path: "/api/newsletters", query }, "newsletters", "after", options);
  }

  /**
   * Make a newsletter of the session's number.
   */
  createNewsletter(body: s.NewNewsletterBody, options?: Options): Promise<s.NewsletterAnswer> {
    return this.ask({ method: "POST", path: "/api/newsletters", body }, options);
  }

  /**
   * Follow a newsletter: what is posted comes to the inbox.
   */
  followNewsletter(jid: string, body: s.NewsletterBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/newsletters/{jid}/follow", names: [jid], body }, options);
  }

  /**
   * List what was posted in a newsletter, newest first, without the times, which the library does not tell.
   */
  listNewsletterMessages(jid: string, query: s.ListNewsletterMessagesQuery = {}, options?: Options): Promise<s.PostsAnswer> {
    return this.ask({ method: "GET", path: "/api/newsletters/{jid}/messages", names: [jid], query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateNewsletterMessages(jid: string, query: s.ListNewsletterMessagesQuery = {}, options?: Options): AsyncGenerator<s.Post> {
    return this.items({ method: "GET", path: "/api/newsletters/{jid}/messages", names: [jid], query }, "messages", "before", options);
  }

  /**
   * Have the phone tell nothing of a newsletter, or with `"mute": false` again.
   */
  muteNewsletter(jid: string, body: s.MuteBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/newsletters/{jid}/mute", names: [jid], body }, options);
  }

  /**
   * Put an emoji on a post, or take it back. WhatsApp never says whether it did.
   */
  reactToNewsletterMessage(jid: string, body: s.PostReactionBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/newsletters/{jid}/react", names: [jid], body }, options);
  }

  /**
   * Follow a newsletter no longer.
   */
  unfollowNewsletter(jid: string, body: s.NewsletterBody = {}, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/newsletters/{jid}/unfollow", names: [jid], body }, options);
  }

  /**
   * Show any newsletter, by its address or by what stands behind the last slash of its link.
   */
  getNewsletter(newsletter: string, query: s.GetNewsletterQuery = {}, options?: Options): Promise<s.NewsletterAnswer> {
    return this.ask({ method: "GET", path: "/api/newsletters/{newsletter}", names: [newsletter], query }, options);
  }

  /**
   * Give a code to type on the phone: WhatsApp, Linked devices, Link with phone number.
   */
  getPairCode(body: s.PairCodeBody, options?: Options): Promise<s.PairCodeAnswer> {
    return this.ask({ method: "POST", path: "/api/pair-code", body }, options);
  }

  /**
   * Pin a message at the top of its chat.
   */
  pinMessage(body: s.SendPinBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/pin-message", body, sends: true }, options);
  }

  /**
   * Say who may see what of the session's number.
   */
  getPrivacy(query: s.GetPrivacyQuery = {}, options?: Options): Promise<s.PrivacyAnswer> {
    return this.ask({ method: "GET", path: "/api/privacy", query }, options);
  }

  /**
   * Change what others may see of the session's number, one setting after the other.
   */
  updatePrivacy(body: s.PrivacyBody = {}, options?: Options): Promise<s.PrivacyAnswer> {
    return this.ask({ method: "PATCH", path: "/api/privacy", body }, options);
  }

  /**
   * Say where the profile picture of a number or a group is.
   */
  getProfilePicture(number: string, query: s.GetProfilePictureQuery = {}, options?: Options): Promise<s.PictureAnswer> {
    return this.ask({ method: "GET", path: "/api/profile-picture/{number}", names: [number], query }, options);
  }

  /**
   * Give the QR code to scan. A session that was not there is made; one that was stopped is started.
   */
  getQr(query: s.GetQrQuery = {}, options?: Options): Promise<s.QrAnswer> {
    return this.ask({ method: "GET", path: "/api/qr", query }, options);
  }

  /**
   * Put an emoji on a message, or remove it.
   */
  reactMessage(body: s.SendReactionBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/react-message", body, sends: true }, options);
  }

  /**
   * Reject a call that rings. WhatsApp never says whether it did, or whether the call rang at all.
   */
  rejectCall(body: s.RejectCallBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/reject-call", body }, options);
  }

  /**
   * Answer a message: a text with `messageId` as its `quotedId`.
   */
  replyMessage(body: s.ReplyBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/reply-message", body, sends: true }, options);
  }

  /**
   * Search texts and captions of a session, whatever their case and accents, newest first.
   */
  searchMessages(query: s.SearchMessagesQuery, options?: Options): Promise<s.FoundAnswer> {
    return this.ask({ method: "GET", path: "/api/search", query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateSearchMessages(query: s.SearchMessagesQuery, options?: Options): AsyncGenerator<s.Said> {
    return this.items({ method: "GET", path: "/api/search", query }, "messages", "after", options);
  }

  /**
   * Send 2 to 30 pictures and videos as one; GET /api/messages/{id} shows its `parts`, and what became of each.
   */
  sendAlbum(body: s.SendAlbumBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-album", body, sends: true }, options);
  }

  /**
   * Send a sound.
   */
  sendAudio(body: s.SendAudioBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-audio", body, sends: true }, options);
  }

  /**
   * Send a text with buttons, which phones may not show: see `fallback`.
   */
  sendButtons(body: s.SendButtonsBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-buttons", body, sends: true }, options);
  }

  /**
   * Send a contact card, or several.
   */
  sendContact(body: s.SendContactBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-contact", body, sends: true }, options);
  }

  /**
   * Send any file unchanged.
   */
  sendDocument(body: s.SendDocumentBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-document", body, sends: true }, options);
  }

  /**
   * Send a GIF or a video as a film without sound that plays by itself.
   */
  sendGif(body: s.SendGifBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-gif", body, sends: true }, options);
  }

  /**
   * Invite a person to a group who could not be added to it.
   */
  sendGroupInvite(body: s.SendGroupInviteBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-group-invite", body, sends: true }, options);
  }

  /**
   * Send a picture.
   */
  sendImage(body: s.SendImageBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-image", body, sends: true }, options);
  }

  /**
   * Send buttons that answer, open a page, call or copy, which phones may not show: see `fallback`.
   */
  sendInteractive(body: s.SendInteractiveBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-interactive", body, sends: true }, options);
  }

  /**
   * Send a text with a list to choose from, which phones may not show: see `fallback`.
   */
  sendList(body: s.SendListBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-list", body, sends: true }, options);
  }

  /**
   * Send somebody's current position.
   */
  sendLiveLocation(body: s.SendLiveLocationBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-live-location", body, sends: true }, options);
  }

  /**
   * Send a place on the map.
   */
  sendLocation(body: s.SendLocationBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-location", body, sends: true }, options);
  }

  /**
   * Send a text message and wait for WhatsApp's acknowledgement.
   */
  sendMessage(body: s.SendTextBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-message", body, sends: true }, options);
  }

  /**
   * Ask a question with options; votes come to the inbox.
   */
  sendPoll(body: s.SendPollBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-poll", body, sends: true }, options);
  }

  /**
   * Show in a chat that the session is recording a voice message, or stop that. It ends by itself.
   */
  sendRecording(body: s.RecordingBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/send-recording", body }, options);
  }

  /**
   * Send a sticker, made from a picture, a GIF or a video.
   */
  sendSticker(body: s.SendStickerBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-sticker", body, sends: true }, options);
  }

  /**
   * Be seen writing in a chat, or no longer. It ends by itself.
   */
  sendTyping(body: s.TypingBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/send-typing", body }, options);
  }

  /**
   * Send a video.
   */
  sendVideo(body: s.SendVideoBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-video", body, sends: true }, options);
  }

  /**
   * Send a video that is shown as a circle.
   */
  sendVideoNote(body: s.SendVideoNoteBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-video-note", body, sends: true }, options);
  }

  /**
   * Send a voice note, made from any file with sound.
   */
  sendVoice(body: s.SendVoiceBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/send-voice", body, sends: true }, options);
  }

  /**
   * List every session of the key and what it is doing.
   */
  listSessions(options?: Options): Promise<s.SessionsAnswer> {
    return this.ask({ method: "GET", path: "/api/sessions" }, options);
  }

  /**
   * Log a session out and delete its pairing, its inbox, its messages: everything.
   */
  deleteSession(name: string, options?: Options): Promise<s.DeletedAnswer> {
    return this.ask({ method: "DELETE", path: "/api/sessions/{name}", names: [name] }, options);
  }

  /**
   * Give a session another name; its pairing, its inbox and its messages stay.
   */
  renameSession(name: string, body: s.RenameBody, options?: Options): Promise<s.StatusAnswer> {
    return this.ask({ method: "PATCH", path: "/api/sessions/{name}", names: [name], body }, options);
  }

  /**
   * Give a session's pairing as a file that a passphrase opens. Whoever has both is that number.
   */
  exportSession(name: string, body: s.ExportBody, options?: Options): Promise<s.ExportAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/export", names: [name], body }, options);
  }

  /**
   * Say what a session's connection has shown of itself: whether it is open, whether it sends, whether it hears.
   *
   * Times are since its host took it. Nothing is sent to find out, unless the session probes by itself.
   */
  getSessionHealth(name: string, options?: Options): Promise<s.SessionHealthAnswer> {
    return this.ask({ method: "GET", path: "/api/sessions/{name}/health", names: [name] }, options);
  }

  /**
   * Connect a session with an exported pairing. A session that was not there is made.
   */
  importSession(name: string, body: s.ImportBody, options?: Options): Promise<s.StatusAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/import", names: [name], body }, options);
  }

  /**
   * Take back every link of a session that was made until now. A phone that is linked stays linked.
   */
  revokeLinks(name: string, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/sessions/{name}/link", names: [name] }, options);
  }

  /**
   * Make a link by which a customer links their own phone with a session; one that was not there is made.
   *
   * It shows a QR code, or one to type, without a key. It ends after an hour, or `validFor` seconds, and once a phone is
   * linked.
   */
  createLink(name: string, body: s.CustomerLinkBody = {}, options?: Options): Promise<s.CustomerLinkAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/link", names: [name], body }, options);
  }

  /**
   * Unlink a session from its phone; it stays there, without a pairing. 202: the phone may still show it.
   */
  logSessionOut(name: string, options?: Options): Promise<s.LoggedOutAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/logout", names: [name] }, options);
  }

  /**
   * Disconnect a session and connect it again.
   */
  restartSession(name: string, options?: Options): Promise<s.StatusAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/restart", names: [name] }, options);
  }

  /**
   * Say what was chosen for a session.
   */
  getSessionSettings(name: string, options?: Options): Promise<s.SettingsAnswer> {
    return this.ask({ method: "GET", path: "/api/sessions/{name}/settings", names: [name] }, options);
  }

  /**
   * Choose other settings for a session, at once and without a new pairing; what is not given stays.
   */
  changeSessionSettings(name: string, body: s.SettingsBody = {}, options?: Options): Promise<s.ChangedSettingsAnswer> {
    return this.ask({ method: "PATCH", path: "/api/sessions/{name}/settings", names: [name], body }, options);
  }

  /**
   * Start a session that was stopped. A session that was not there is made.
   */
  startSession(name: string, options?: Options): Promise<s.StatusAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/start", names: [name] }, options);
  }

  /**
   * Disconnect a session until it is started again; its pairing is kept.
   */
  stopSession(name: string, options?: Options): Promise<s.StatusAnswer> {
    return this.ask({ method: "POST", path: "/api/sessions/{name}/stop", names: [name] }, options);
  }

  /**
   * Show the session as available or unavailable. While it is available, **its phone shows no notifications**.
   */
  setPresence(body: s.SetPresenceBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/set-presence", body }, options);
  }

  /**
   * Say what a session is doing. Nothing is made by asking: one that is not there is `not_created`.
   */
  getSessionStatus(query: s.GetSessionStatusQuery = {}, options?: Options): Promise<s.AnyStatusAnswer> {
    return this.ask({ method: "GET", path: "/api/status", query }, options);
  }

  /**
   * Post a status update: a text, a picture, a video or a voice note, to those whom the phone's privacy names.
   */
  postStatusUpdate(body: s.StatusUpdateBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/status-updates", body, sends: true }, options);
  }

  /**
   * Say whom status updates of the session's number go to.
   */
  getStatusAudience(query: s.GetStatusAudienceQuery = {}, options?: Options): Promise<s.AudienceAnswer> {
    return this.ask({ method: "GET", path: "/api/status-updates/audience", query }, options);
  }

  /**
   * Delete a status update, by the `id` or `messageId` that its post answered.
   */
  deleteStatusUpdate(messageId: string, query: s.DeleteStatusUpdateQuery = {}, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "DELETE", path: "/api/status-updates/{message_id}", names: [messageId], query, sends: true }, options);
  }

  /**
   * Unblock somebody. What they sent meanwhile does not arrive.
   */
  unblockUser(body: s.BlockBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/unblock-user", body }, options);
  }

  /**
   * Unpin a message.
   */
  unpinMessage(body: s.SendUnpinBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/unpin-message", body, sends: true }, options);
  }

  /**
   * Set after how long messages disappear in new chats. WhatsApp does not tell the current value.
   */
  updateDefaultTimer(body: s.TimerBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/update-default-timer", body }, options);
  }

  /**
   * Set the display name of the session's number, which others see above its messages.
   */
  updateProfileName(body: s.NameBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/update-profile-name", body }, options);
  }

  /**
   * Set the profile picture: any picture becomes a square JPEG of at most 640 pixels, cut out of its middle.
   */
  updateProfilePicture(body: s.PictureBody, options?: Options): Promise<s.ShownAnswer> {
    return this.ask({ method: "POST", path: "/api/update-profile-picture", body }, options);
  }

  /**
   * Set the text that others read about the session's number (WhatsApp's "about").
   */
  updateProfileStatus(body: s.StatusBody, options?: Options): Promise<s.Message> {
    return this.ask({ method: "POST", path: "/api/update-profile-status", body }, options);
  }

  /**
   * Send a sound.
   */
  uploadAndSendAudio(body: s.SendAudioBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-audio", body, sends: true }, options);
  }

  /**
   * Send any file unchanged.
   */
  uploadAndSendDocument(body: s.SendDocumentBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-document", body, sends: true }, options);
  }

  /**
   * Send a GIF or a video as a film without sound that plays by itself.
   */
  uploadAndSendGif(body: s.SendGifBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-gif", body, sends: true }, options);
  }

  /**
   * Send a picture.
   */
  uploadAndSendImage(body: s.SendImageBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-image", body, sends: true }, options);
  }

  /**
   * Send a sticker, made from a picture, a GIF or a video.
   */
  uploadAndSendSticker(body: s.SendStickerBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-sticker", body, sends: true }, options);
  }

  /**
   * Send a video.
   */
  uploadAndSendVideo(body: s.SendVideoBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-video", body, sends: true }, options);
  }

  /**
   * Send a video that is shown as a circle.
   */
  uploadAndSendVideoNote(body: s.SendVideoNoteBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-video-note", body, sends: true }, options);
  }

  /**
   * Send a voice note, made from any file with sound.
   */
  uploadAndSendVoice(body: s.SendVoiceBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/upload/send-voice", body, sends: true }, options);
  }

  /**
   * Bring the bytes of a file to the address that POST /api/upload gave for it: once, and without an API key.
   */
  bringFile(ticket: string, content: Blob | Uint8Array, options?: Options): Promise<s.UploadAnswer> {
    return this.ask({ method: "PUT", path: "/api/upload/{ticket}", names: [ticket], content, key: "none" }, options);
  }

  /**
   * Show what this key sent and received, its bytes and requests, by day or hour; and its limits.
   *
   * It is written every ten seconds. A process that dies takes with it what it counted since; what is stored once more
   * after that may be counted twice: it is for bars and bills that are looked at, not for a court.
   */
  getUsage(query: s.GetUsageQuery = {}, options?: Options): Promise<s.UsageAnswer> {
    return this.ask({ method: "GET", path: "/api/usage", query }, options);
  }

  /**
   * Vote in a poll.
   */
  vote(body: s.SendVoteBody, options?: SendOptions): Promise<s.SentAnswer | s.PendingAnswer> {
    return this.ask({ method: "POST", path: "/api/vote", body, sends: true }, options);
  }

  /**
   * List the webhooks of the key, oldest first.
   */
  listWebhooks(options?: Options): Promise<s.WebhooksAnswer> {
    return this.ask({ method: "GET", path: "/api/webhooks" }, options);
  }

  /**
   * Make a webhook: what happens from now on is posted to its address. Its secret is shown this once.
   */
  createWebhook(body: s.WebhookBody, options?: Options): Promise<s.SecretAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks", body }, options);
  }

  /**
   * Delete a webhook, with what waits for it.
   */
  deleteWebhook(webhookId: string, options?: Options): Promise<s.Message> {
    return this.ask({ method: "DELETE", path: "/api/webhooks/{webhook_id}", names: [webhookId] }, options);
  }

  /**
   * Show a webhook: how it does, and what is open.
   */
  getWebhook(webhookId: string, options?: Options): Promise<s.WebhookAnswer> {
    return this.ask({ method: "GET", path: "/api/webhooks/{webhook_id}", names: [webhookId] }, options);
  }

  /**
   * Change what is given of a webhook. What waits for it stays, and goes to the new address.
   */
  changeWebhook(webhookId: string, body: s.ChangeWebhookBody = {}, options?: Options): Promise<s.WebhookAnswer> {
    return this.ask({ method: "PATCH", path: "/api/webhooks/{webhook_id}", names: [webhookId], body }, options);
  }

  /**
   * List what became of events at a webhook, of the last seven days, the newest event first.
   */
  listDeliveries(webhookId: string, query: s.ListDeliveriesQuery = {}, options?: Options): Promise<s.DeliveriesAnswer> {
    return this.ask({ method: "GET", path: "/api/webhooks/{webhook_id}/deliveries", names: [webhookId], query }, options);
  }

  /** The same, one after the other over all pages. */
  iterateDeliveries(webhookId: string, query: s.ListDeliveriesQuery = {}, options?: Options): AsyncGenerator<s.DeliveryPart> {
    return this.items({ method: "GET", path: "/api/webhooks/{webhook_id}/deliveries", names: [webhookId], query }, "deliveries", "after", options);
  }

  /**
   * Deliver an event once more, with the same id, whatever became of it. A disabled webhook gets it once enabled.
   */
  redeliverEvent(webhookId: string, eventId: string, options?: Options): Promise<s.RedeliveryAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks/{webhook_id}/deliveries/{event_id}/redeliver", names: [webhookId, eventId] }, options);
  }

  /**
   * Enable a webhook again, by default with everything that it missed.
   */
  enableWebhook(webhookId: string, body: s.EnableBody = {}, options?: Options): Promise<s.EnabledAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks/{webhook_id}/enable", names: [webhookId], body }, options);
  }

  /**
   * Deliver what is in the log once more, or what was missed of it: how many events that is.
   *
   * They come one after the other, beside what happens now, with the ids that they had.
   */
  replayEvents(webhookId: string, body: s.ReplayBody = {}, options?: Options): Promise<s.ReplayAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks/{webhook_id}/replay", names: [webhookId], body }, options);
  }

  /**
   * Give a webhook another secret. The one before signs as well until `overlap` is over.
   */
  rotateWebhookSecret(webhookId: string, body: s.RotateBody = {}, options?: Options): Promise<s.SecretAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks/{webhook_id}/rotate-secret", names: [webhookId], body }, options);
  }

  /**
   * Send a test event to the test address of a webhook, else to its address, and say what that answered.
   *
   * It is signed as all are, and has `"test": true` in its body and the header `webhook-test: true`.
   */
  testWebhook(webhookId: string, body: s.TestBody = {}, options?: Options): Promise<s.TestAnswer> {
    return this.ask({ method: "POST", path: "/api/webhooks/{webhook_id}/test", names: [webhookId], body }, options);
  }

  /**
   * Say that this process answers; it asks nothing else.
   */
  getHealth(options?: Options): Promise<s.AliveAnswer> {
    return this.ask({ method: "GET", path: "/health", key: "none" }, options);
  }

  /**
   * Say whether requests can be served: the store and NATS answer and a session host runs.
   */
  getReadiness(options?: Options): Promise<s.ReadyAnswer> {
    return this.ask({ method: "GET", path: "/ready", key: "none" }, options);
  }
}

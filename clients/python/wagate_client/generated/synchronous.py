"""A method for each operation of the API. Made by `make clients`: do not edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Unpack

from wagate_client.calls import Call
from wagate_client.generated import models


class Operations:
    """Arguments and answers are called as in the API; docs/http-api.md says what each of them means."""

    def _ask(self, call: Call) -> Any:
        raise NotImplementedError

    def _items(self, call: Call, items: str, after: str) -> Iterator[Any]:
        raise NotImplementedError

    def list_keys(self) -> models.KeysAnswer:
        """List the API keys, without their secrets."""
        return self._ask(Call("GET", "/api/admin/apikeys", key="admin"))

    def generate_key(self, **body: Unpack[models.GenerateBody]) -> models.GeneratedAnswer:
        """Make an API key. It is shown this once; only its hash is kept."""
        return self._ask(Call("POST", "/api/admin/apikeys/generate", body={**body}, key="admin"))

    def delete_key(self, key_id: str, /) -> models.KeyDeletedAnswer:
        """Delete an API key with its sessions and webhooks: nobody could reach them any more. Revoke it to keep them."""
        return self._ask(Call("DELETE", "/api/admin/apikeys/{key_id}", (key_id,), key="admin"))

    def change_key(self, key_id: str, /, **body: Unpack[models.ChangeKeyBody]) -> models.KeyAnswer:
        """Say what an API key may have at most: how many sessions, which ones, from where, in which chats.

        What it has beyond that stays, and it does not see it; its webhooks are narrowed with it. Within 30 s everywhere."""
        return self._ask(Call("PATCH", "/api/admin/apikeys/{key_id}", (key_id,), body={**body}, key="admin"))

    def revoke_key(self, key_id: str, /) -> models.Message:
        """Make an API key useless, within 30 s everywhere. Its sessions stay connected."""
        return self._ask(Call("POST", "/api/admin/apikeys/{key_id}/revoke", (key_id,), key="admin"))

    def rotate_key(self, key_id: str, /, **body: Unpack[models.RotateKeyBody]) -> models.RotatedAnswer:
        """Give an API key another secret, shown this once. The one before works for a day more, or for `overlap` seconds.

        Up to four secrets of a key work at a time; one more ends the oldest at once."""
        return self._ask(Call("POST", "/api/admin/apikeys/{key_id}/rotate", (key_id,), body={**body}, key="admin"))

    def list_audit(self, **query: Unpack[models.ListAuditQuery]) -> models.AuditAnswer:
        """List all changes in the last 90 days: who, what, when, from where. Newest first.

        With `Accept: application/x-ndjson` a line for each entry; go on with the `id` of the last one as `before`."""
        return self._ask(Call("GET", "/api/admin/audit", query={**query}, key="admin"))

    def iterate_audit(self, **query: Unpack[models.ListAuditQuery]) -> Iterator[models.AuditPart]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/admin/audit", query={**query}, key="admin"), "entries", "before")

    def list_forwarders(self) -> models.ForwardersAnswer:
        """List the forwarders, and how each of them goes."""
        return self._ask(Call("GET", "/api/admin/forwarders", key="admin"))

    def create_forwarder(self, **body: Unpack[models.ForwarderBody]) -> models.ForwarderAnswer:
        """Have events of a key go to NATS, SQS, EventBridge or S3. Whether they are taken there is seen afterwards."""
        return self._ask(Call("POST", "/api/admin/forwarders", body={**body}, key="admin"))

    def delete_forwarder(self, forwarder_id: str, /) -> models.Message:
        """Delete a forwarder. What it has put there stays; a last page may be on its way for some seconds still."""
        return self._ask(Call("DELETE", "/api/admin/forwarders/{forwarder_id}", (forwarder_id,), key="admin"))

    def list_hosts(self) -> models.HostsAnswer:
        """List the session hosts, their shards and how many sessions each holds."""
        return self._ask(Call("GET", "/api/admin/hosts", key="admin"))

    def drain_host(self, host: str, /) -> models.HostAnswer:
        """Have a session host give its sessions to others and take none, before it is stopped."""
        return self._ask(Call("POST", "/api/admin/hosts/{host}/drain", (host,), key="admin"))

    def forget_host(self, host: str, /) -> models.Message:
        """Say that a session host that is gone will not come back, nor its disk: what its journals have is given up."""
        return self._ask(Call("POST", "/api/admin/hosts/{host}/forget", (host,), key="admin"))

    def undrain_host(self, host: str, /) -> models.HostAnswer:
        """Have a session host take sessions again."""
        return self._ask(Call("POST", "/api/admin/hosts/{host}/undrain", (host,), key="admin"))

    def log_key_out(self, key_id: str, /, **body: Unpack[models.LogoutBody]) -> models.LogoutAnswer:
        """Log one session of a key out, or all of them. 202: some phones may still show the device."""
        return self._ask(Call("POST", "/api/admin/logout/{key_id}", (key_id,), body={**body}, key="admin"))

    def move_session(self, key_id: str, name: str, /, **body: Unpack[models.MoveBody]) -> models.Message:
        """Have a session's shard give it up, to another shard or to any that has room."""
        return self._ask(
            Call("POST", "/api/admin/sessions/{key_id}/{name}/move", (key_id, name), body={**body}, key="admin")
        )

    def list_usage(self, **query: Unpack[models.ListUsageQuery]) -> models.AllUsageAnswer:
        """Show what every key sent and received in a time, its bytes and requests, counted as in `GET /api/usage`."""
        return self._ask(Call("GET", "/api/admin/usage", query={**query}, key="admin"))

    def list_own_audit(self, **query: Unpack[models.ListOwnAuditQuery]) -> models.AuditAnswer:
        """List the changes by this key and to it in the last 90 days: who, what, when, from where. Newest first.

        Sends are not in it: GET /api/messages/{id} and the events tell of those. With `Accept: application/x-ndjson` a
        line for each entry."""
        return self._ask(Call("GET", "/api/audit", query={**query}))

    def iterate_own_audit(self, **query: Unpack[models.ListOwnAuditQuery]) -> Iterator[models.AuditPart]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/audit", query={**query}), "entries", "before")

    def get_block_list(self, **query: Unpack[models.GetBlockListQuery]) -> models.BlockListAnswer:
        """Say whom the session's number blocks."""
        return self._ask(Call("GET", "/api/block-list", query={**query}))

    def block_user(self, **body: Unpack[models.BlockBody]) -> models.Message:
        """Block somebody: their messages and calls no longer arrive, and they see no picture and no presence."""
        return self._ask(Call("POST", "/api/block-user", body={**body}))

    def get_business_profile(
        self, number: str, /, **query: Unpack[models.GetBusinessProfileQuery]
    ) -> models.BusinessAnswer:
        """Show the verified name of a business. Its address, hours and catalogue are not available."""
        return self._ask(Call("GET", "/api/business-profile/{number}", (number,), query={**query}))

    def list_chats(self, **query: Unpack[models.ListChatsQuery]) -> models.ChatsAnswer:
        """List the chats of a session, each with its last message, by when that was. Status updates are in no chat."""
        return self._ask(Call("GET", "/api/chats", query={**query}))

    def iterate_chats(self, **query: Unpack[models.ListChatsQuery]) -> Iterator[models.ChatPart]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/chats", query={**query}), "chats", "after")

    def delete_chat(self, chat: str, /, **query: Unpack[models.DeleteChatQuery]) -> models.Message:
        """Remove a chat here, with its files. The phone, and the others in it, keep theirs."""
        return self._ask(Call("DELETE", "/api/chats/{chat}", (chat,), query={**query}))

    def get_chat(self, chat: str, /, **query: Unpack[models.GetChatQuery]) -> models.ChatAnswer:
        """Show a chat: of a number, a LID, a group, a newsletter, or `status@broadcast`."""
        return self._ask(Call("GET", "/api/chats/{chat}", (chat,), query={**query}))

    def list_chat_messages(self, chat: str, /, **query: Unpack[models.ListChatMessagesQuery]) -> models.SaidAnswer:
        """List what was said in a chat, newest first: what arrived, what the phone wrote, and what was sent from here."""
        return self._ask(Call("GET", "/api/chats/{chat}/messages", (chat,), query={**query}))

    def iterate_chat_messages(
        self, chat: str, /, **query: Unpack[models.ListChatMessagesQuery]
    ) -> Iterator[models.Said]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/chats/{chat}/messages", (chat,), query={**query}), "messages", "before")

    def check_number(self, number: str, /, **query: Unpack[models.CheckNumberQuery]) -> models.NumberAnswer:
        """Say whether a number is on WhatsApp."""
        return self._ask(Call("GET", "/api/check-number/{number}", (number,), query={**query}))

    def check_numbers(self, **body: Unpack[models.CheckNumbersBody]) -> models.CheckedAnswer:
        """Check which of up to 500 numbers are on WhatsApp. Those that are not remembered are asked a hundred at a time."""
        return self._ask(Call("POST", "/api/check-numbers", body={**body}))

    def clear_messages(self, **body: Unpack[models.ClearBody]) -> models.Message:
        """Remove what arrived at a session, history and names of chats too, and the files that came with it."""
        return self._ask(Call("POST", "/api/clear-messages", body={**body}))

    def create_community(self, **body: Unpack[models.NewCommunityBody]) -> models.NewGroupAnswer:
        """Make a community; WhatsApp makes its group for announcements by itself."""
        return self._ask(Call("POST", "/api/communities", body={**body}))

    def list_sub_groups(self, jid: str, /, **query: Unpack[models.ListSubGroupsQuery]) -> models.SubGroupsAnswer:
        """List the groups of a community."""
        return self._ask(Call("GET", "/api/communities/{jid}/groups", (jid,), query={**query}))

    def unlink_group(self, jid: str, group: str, /, **query: Unpack[models.UnlinkGroupQuery]) -> models.Message:
        """Take a group out of its community."""
        return self._ask(Call("DELETE", "/api/communities/{jid}/groups/{group}", (jid, group), query={**query}))

    def link_group(self, jid: str, group: str, /, **query: Unpack[models.LinkGroupQuery]) -> models.Message:
        """Put a group into a community."""
        return self._ask(Call("PUT", "/api/communities/{jid}/groups/{group}", (jid, group), query={**query}))

    def list_community_participants(
        self, jid: str, /, **query: Unpack[models.ListCommunityParticipantsQuery]
    ) -> models.CommunityPeopleAnswer:
        """List who is in the groups of a community, 500 at once."""
        return self._ask(Call("GET", "/api/communities/{jid}/participants", (jid,), query={**query}))

    def iterate_community_participants(
        self, jid: str, /, **query: Unpack[models.ListCommunityParticipantsQuery]
    ) -> Iterator[models.PersonAnswer]:
        """The same, one after the other over all pages."""
        return self._items(
            Call("GET", "/api/communities/{jid}/participants", (jid,), query={**query}), "participants", "after"
        )

    def get_contact_link(self, **query: Unpack[models.GetContactLinkQuery]) -> models.ContactLinkAnswer:
        """Show the link with which others find the session's number: the contents of the phone's own QR code."""
        return self._ask(Call("GET", "/api/contact-link", query={**query}))

    def renew_contact_link(self, **body: Unpack[models.RenewBody]) -> models.ContactLinkAnswer:
        """Have another link: the last one leads to nobody any more."""
        return self._ask(Call("POST", "/api/contact-link/renew", body={**body}))

    def resolve_contact_link(self, **query: Unpack[models.ResolveContactLinkQuery]) -> models.LinkedAnswer:
        """Say whose link this is."""
        return self._ask(Call("GET", "/api/contact-link/resolve", query={**query}))

    def list_contacts(self, **query: Unpack[models.ListContactsQuery]) -> models.ContactsAnswer:
        """List people that the session knows: its phone's contacts, and who wrote to it. WhatsApp is not asked."""
        return self._ask(Call("GET", "/api/contacts", query={**query}))

    def iterate_contacts(self, **query: Unpack[models.ListContactsQuery]) -> Iterator[models.KnownContact]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/contacts", query={**query}), "contacts", "after")

    def get_contact(self, number: str, /, **query: Unpack[models.GetContactQuery]) -> models.ContactAnswer:
        """Show somebody by number or LID: their names, the text about them, their picture, and both of their addresses."""
        return self._ask(Call("GET", "/api/contacts/{number}", (number,), query={**query}))

    def delete_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendRevokeBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Delete a message for everyone, within 60 hours."""
        return self._ask(
            Call("POST", "/api/delete-message", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def edit_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendEditBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Change your own text, or the caption of your own picture or video, within 15 minutes."""
        return self._ask(Call("POST", "/api/edit-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def list_events(self, **query: Unpack[models.ListEventsQuery]) -> models.EventsAnswer:
        """List what happened, oldest first: everything that follows a cursor, once, in the order of each session.

        Ask again with `next`, also when an answer has no events: it may have passed over those of other types. With `wait`
        an answer without events comes after that time. A cursor from before the oldest event that is kept answers
        `410 EVENTS_GONE`, with the `next` to go on from: nothing is left out without a word."""
        return self._ask(Call("GET", "/api/events", query={**query}))

    def forward_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ForwardBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Forward a message to another chat, marked as forwarded. Its file is not uploaded again."""
        return self._ask(
            Call("POST", "/api/forward-message", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def get_presence(self, **body: Unpack[models.PersonBody]) -> models.PresenceAnswer:
        """Show whether a person is online, and subscribe to them: the event `presence` tells when they come and go."""
        return self._ask(Call("POST", "/api/get-presence", body={**body}))

    def accept_invite(self, **body: Unpack[models.AcceptBody]) -> models.JoinedAnswer:
        """Join a group: by its link, or by an invitation that came as a message."""
        return self._ask(Call("POST", "/api/group/accept-invite", body={**body}))

    def add_participants(self, **body: Unpack[models.NewParticipantsBody]) -> models.ResultAnswer:
        """Add people to a group. A person whom the number may not add gets an invitation."""
        return self._ask(Call("POST", "/api/group/add-participants", body={**body}))

    def create_group(self, **body: Unpack[models.NewGroupBody]) -> models.NewGroupAnswer:
        """Make a group. The answer lists the people who could not be added separately."""
        return self._ask(Call("POST", "/api/group/create", body={**body}))

    def demote_participants(self, **body: Unpack[models.ParticipantsBody]) -> models.ResultAnswer:
        """Make admins of a group simple members."""
        return self._ask(Call("POST", "/api/group/demote", body={**body}))

    def get_group_info(self, jid: str, /, **query: Unpack[models.GetGroupInfoQuery]) -> models.GroupAnswer:
        """Show a group that the session is in, with its members."""
        return self._ask(Call("GET", "/api/group/info/{jid}", (jid,), query={**query}))

    def get_invite_link(self, jid: str, /, **query: Unpack[models.GetInviteLinkQuery]) -> models.LinkAnswer:
        """Show the invite link of a group. WhatsApp gives it only to admins."""
        return self._ask(Call("GET", "/api/group/invite-link/{jid}", (jid,), query={**query}))

    def group_leave(self, **body: Unpack[models.GroupBody]) -> models.Message:
        """Leave a group."""
        return self._ask(Call("POST", "/api/group/leave", body={**body}))

    def promote_participants(self, **body: Unpack[models.ParticipantsBody]) -> models.ResultAnswer:
        """Make members of a group its admins."""
        return self._ask(Call("POST", "/api/group/promote", body={**body}))

    def remove_participants(self, **body: Unpack[models.ParticipantsBody]) -> models.ResultAnswer:
        """Remove people from a group."""
        return self._ask(Call("POST", "/api/group/remove-participants", body={**body}))

    def revoke_invite(self, **body: Unpack[models.GroupBody]) -> models.LinkAnswer:
        """Revoke the invite link of a group. The answer has the new link."""
        return self._ask(Call("POST", "/api/group/revoke-invite", body={**body}))

    def update_description(self, **body: Unpack[models.DescriptionBody]) -> models.Message:
        """Give a group another description, or none."""
        return self._ask(Call("POST", "/api/group/update-description", body={**body}))

    def update_subject(self, **body: Unpack[models.SubjectBody]) -> models.Message:
        """Give a group another name."""
        return self._ask(Call("POST", "/api/group/update-subject", body={**body}))

    def list_groups(self, **query: Unpack[models.ListGroupsQuery]) -> models.GroupsAnswer:
        """List the groups that the session is in, by their JIDs; without members."""
        return self._ask(Call("GET", "/api/groups", query={**query}))

    def iterate_groups(self, **query: Unpack[models.ListGroupsQuery]) -> Iterator[models.Group]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/groups", query={**query}), "groups", "after")

    def create_group_with_settings(self, **body: Unpack[models.MakeGroupBody]) -> models.NewGroupAnswer:
        """Make a group with all its settings, or a community."""
        return self._ask(Call("POST", "/api/groups", body={**body}))

    def leave_group(self, jid: str, /, **query: Unpack[models.LeaveGroupQuery]) -> models.Message:
        """Leave a group."""
        return self._ask(Call("DELETE", "/api/groups/{jid}", (jid,), query={**query}))

    def get_group(self, jid: str, /, **query: Unpack[models.GetGroupQuery]) -> models.GroupAnswer:
        """Show a group that the session is in, with its members."""
        return self._ask(Call("GET", "/api/groups/{jid}", (jid,), query={**query}))

    def change_group(self, jid: str, /, **body: Unpack[models.ChangeGroupBody]) -> models.Message:
        """Change a group. If WhatsApp refuses one change, `made` in the error lists the changes before it."""
        return self._ask(Call("PATCH", "/api/groups/{jid}", (jid,), body={**body}))

    def revoke_group_invite(self, jid: str, /, **query: Unpack[models.RevokeGroupInviteQuery]) -> models.LinkAnswer:
        """Revoke the invite link of a group. The answer has the new link."""
        return self._ask(Call("DELETE", "/api/groups/{jid}/invite", (jid,), query={**query}))

    def get_group_invite(self, jid: str, /, **query: Unpack[models.GetGroupInviteQuery]) -> models.LinkAnswer:
        """Show the invite link of a group. WhatsApp gives it only to admins."""
        return self._ask(Call("GET", "/api/groups/{jid}/invite", (jid,), query={**query}))

    def list_participants(self, jid: str, /, **query: Unpack[models.ListParticipantsQuery]) -> models.PeopleAnswer:
        """List who is in a group."""
        return self._ask(Call("GET", "/api/groups/{jid}/participants", (jid,), query={**query}))

    def change_participants(self, jid: str, /, **body: Unpack[models.MembersBody]) -> models.MembersAnswer:
        """Add, remove, promote or demote people. The answer has a result for each person."""
        return self._ask(Call("POST", "/api/groups/{jid}/participants", (jid,), body={**body}))

    def get_group_picture(self, jid: str, /, **query: Unpack[models.GetGroupPictureQuery]) -> models.GroupPictureAnswer:
        """Say where the picture of a group is."""
        return self._ask(Call("GET", "/api/groups/{jid}/picture", (jid,), query={**query}))

    def post_group_picture(self, jid: str, /, **body: Unpack[models.PictureBody]) -> models.ShownAnswer:
        """Show another picture of a group: any picture becomes a square JPEG of at most 640 pixels."""
        return self._ask(Call("POST", "/api/groups/{jid}/picture", (jid,), body={**body}))

    def put_group_picture(self, jid: str, /, **body: Unpack[models.PictureBody]) -> models.ShownAnswer:
        """Show another picture of a group: any picture becomes a square JPEG of at most 640 pixels."""
        return self._ask(Call("PUT", "/api/groups/{jid}/picture", (jid,), body={**body}))

    def list_join_requests(
        self, jid: str, /, **query: Unpack[models.ListJoinRequestsQuery]
    ) -> models.JoinRequestsAnswer:
        """List who asks to be let into a group."""
        return self._ask(Call("GET", "/api/groups/{jid}/requests", (jid,), query={**query}))

    def list_incoming_messages(self, **query: Unpack[models.ListIncomingMessagesQuery]) -> models.InboxAnswer:
        """List what arrived at a session, newest first."""
        return self._ask(Call("GET", "/api/incoming-messages", query={**query}))

    def iterate_incoming_messages(self, **query: Unpack[models.ListIncomingMessagesQuery]) -> Iterator[models.Received]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/incoming-messages", query={**query}), "messages", "before")

    def fetch_media(self, message_id: str, /, **body: Unpack[models.FetchBody]) -> models.FetchAnswer:
        """Ask once more for the file of a message that is `gone`; it is tried within a minute."""
        return self._ask(Call("POST", "/api/incoming-messages/{message_id}/media", (message_id,), body={**body}))

    def get_invite(self, code: str, /, **query: Unpack[models.GetInviteQuery]) -> models.GroupAnswer:
        """Show the group that an invite link leads to, without joining it."""
        return self._ask(Call("GET", "/api/invites/{code}", (code,), query={**query}))

    def take_invite(self, code: str, /, **body: Unpack[models.SessionBody]) -> models.JoinedAnswer:
        """Join the group that an invite link leads to."""
        return self._ask(Call("POST", "/api/invites/{code}", (code,), body={**body}))

    def get_own_key(self) -> models.KeyAnswer:
        """Show this key: its name, what it may do, and until when. Every key may call this."""
        return self._ask(Call("GET", "/api/key"))

    def mark_as_read(self, **body: Unpack[models.ReadBody]) -> models.Message:
        """Mark messages as read: their senders see it, and the phone shows them as read too."""
        return self._ask(Call("POST", "/api/mark-as-read", body={**body}))

    def mark_chat_read(self, **body: Unpack[models.MarkChatBody]) -> models.MarkedAnswer:
        """Say to their senders that everything unread in a chat was read; the phone shows the chat as read too."""
        return self._ask(Call("POST", "/api/mark-chat-read", body={**body}))

    def get_media(self, media_id: str, /) -> bytes:
        """Read a file: an upload, or what came with a message."""
        return self._ask(Call("GET", "/api/media/{media_id}", (media_id,), answers_bytes=True))

    def get_message(self, message_id: str, /) -> models.MessageAnswer:
        """Say where a message is, and when it came there."""
        return self._ask(Call("GET", "/api/messages/{message_id}", (message_id,)))

    def get_message_receipts(
        self, message_id: str, /, **query: Unpack[models.GetMessageReceiptsQuery]
    ) -> models.ReceiptsAnswer:
        """Show who got, read and played a message, and when: each person of a group, or its recipient."""
        return self._ask(Call("GET", "/api/messages/{message_id}/receipts", (message_id,), query={**query}))

    def iterate_message_receipts(
        self, message_id: str, /, **query: Unpack[models.GetMessageReceiptsQuery]
    ) -> Iterator[models.ReceiptAnswer]:
        """The same, one after the other over all pages."""
        return self._items(
            Call("GET", "/api/messages/{message_id}/receipts", (message_id,), query={**query}), "receipts", "after"
        )

    def list_newsletters(self, **query: Unpack[models.ListNewslettersQuery]) -> models.NewslettersAnswer:
        """List the newsletters that the session's number owns or follows."""
        return self._ask(Call("GET", "/api/newsletters", query={**query}))

    def iterate_newsletters(self, **query: Unpack[models.ListNewslettersQuery]) -> Iterator[models.Newsletter]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/newsletters", query={**query}), "newsletters", "after")

    def create_newsletter(self, **body: Unpack[models.NewNewsletterBody]) -> models.NewsletterAnswer:
        """Make a newsletter of the session's number."""
        return self._ask(Call("POST", "/api/newsletters", body={**body}))

    def follow_newsletter(self, jid: str, /, **body: Unpack[models.NewsletterBody]) -> models.Message:
        """Follow a newsletter: what is posted comes to the inbox."""
        return self._ask(Call("POST", "/api/newsletters/{jid}/follow", (jid,), body={**body}))

    def list_newsletter_messages(
        self, jid: str, /, **query: Unpack[models.ListNewsletterMessagesQuery]
    ) -> models.PostsAnswer:
        """List what was posted in a newsletter, newest first, without the times, which the library does not tell."""
        return self._ask(Call("GET", "/api/newsletters/{jid}/messages", (jid,), query={**query}))

    def iterate_newsletter_messages(
        self, jid: str, /, **query: Unpack[models.ListNewsletterMessagesQuery]
    ) -> Iterator[models.Post]:
        """The same, one after the other over all pages."""
        return self._items(
            Call("GET", "/api/newsletters/{jid}/messages", (jid,), query={**query}), "messages", "before"
        )

    def mute_newsletter(self, jid: str, /, **body: Unpack[models.MuteBody]) -> models.Message:
        """Have the phone tell nothing of a newsletter, or with `"mute": false` again."""
        return self._ask(Call("POST", "/api/newsletters/{jid}/mute", (jid,), body={**body}))

    def react_to_newsletter_message(self, jid: str, /, **body: Unpack[models.PostReactionBody]) -> models.Message:
        """Put an emoji on a post, or take it back. WhatsApp never says whether it did."""
        return self._ask(Call("POST", "/api/newsletters/{jid}/react", (jid,), body={**body}))

    def unfollow_newsletter(self, jid: str, /, **body: Unpack[models.NewsletterBody]) -> models.Message:
        """Follow a newsletter no longer."""
        return self._ask(Call("POST", "/api/newsletters/{jid}/unfollow", (jid,), body={**body}))

    def get_newsletter(self, newsletter: str, /, **query: Unpack[models.GetNewsletterQuery]) -> models.NewsletterAnswer:
        """Show any newsletter, by its address or by what stands behind the last slash of its link."""
        return self._ask(Call("GET", "/api/newsletters/{newsletter}", (newsletter,), query={**query}))

    def get_pair_code(self, **body: Unpack[models.PairCodeBody]) -> models.PairCodeAnswer:
        """Give a code to type on the phone: WhatsApp, Linked devices, Link with phone number."""
        return self._ask(Call("POST", "/api/pair-code", body={**body}))

    def pin_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendPinBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Pin a message at the top of its chat."""
        return self._ask(Call("POST", "/api/pin-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def get_privacy(self, **query: Unpack[models.GetPrivacyQuery]) -> models.PrivacyAnswer:
        """Say who may see what of the session's number."""
        return self._ask(Call("GET", "/api/privacy", query={**query}))

    def update_privacy(self, **body: Unpack[models.PrivacyBody]) -> models.PrivacyAnswer:
        """Change what others may see of the session's number, one setting after the other."""
        return self._ask(Call("PATCH", "/api/privacy", body={**body}))

    def get_profile_picture(
        self, number: str, /, **query: Unpack[models.GetProfilePictureQuery]
    ) -> models.PictureAnswer:
        """Say where the profile picture of a number or a group is."""
        return self._ask(Call("GET", "/api/profile-picture/{number}", (number,), query={**query}))

    def get_qr(self, **query: Unpack[models.GetQrQuery]) -> models.QrAnswer:
        """Give the QR code to scan. A session that was not there is made; one that was stopped is started."""
        return self._ask(Call("GET", "/api/qr", query={**query}))

    def react_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendReactionBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Put an emoji on a message, or remove it."""
        return self._ask(Call("POST", "/api/react-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def reject_call(self, **body: Unpack[models.RejectCallBody]) -> models.Message:
        """Reject a call that rings. WhatsApp never says whether it did, or whether the call rang at all."""
        return self._ask(Call("POST", "/api/reject-call", body={**body}))

    def reply_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.ReplyBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Answer a message: a text with `messageId` as its `quotedId`."""
        return self._ask(Call("POST", "/api/reply-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def search_messages(self, **query: Unpack[models.SearchMessagesQuery]) -> models.FoundAnswer:
        """Search texts and captions of a session, whatever their case and accents, newest first."""
        return self._ask(Call("GET", "/api/search", query={**query}))

    def iterate_search_messages(self, **query: Unpack[models.SearchMessagesQuery]) -> Iterator[models.Said]:
        """The same, one after the other over all pages."""
        return self._items(Call("GET", "/api/search", query={**query}), "messages", "after")

    def send_album(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendAlbumBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send 2 to 30 pictures and videos as one; GET /api/messages/{id} shows its `parts`, and what became of each."""
        return self._ask(Call("POST", "/api/send-album", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_audio(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendAudioBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a sound."""
        return self._ask(Call("POST", "/api/send-audio", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_buttons(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendButtonsBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a text with buttons, which phones may not show: see `fallback`."""
        return self._ask(Call("POST", "/api/send-buttons", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_contact(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendContactBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a contact card, or several."""
        return self._ask(Call("POST", "/api/send-contact", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_document(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendDocumentBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send any file unchanged."""
        return self._ask(Call("POST", "/api/send-document", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_gif(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendGifBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a GIF or a video as a film without sound that plays by itself."""
        return self._ask(Call("POST", "/api/send-gif", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_group_invite(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendGroupInviteBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Invite a person to a group who could not be added to it."""
        return self._ask(
            Call("POST", "/api/send-group-invite", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def send_image(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendImageBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a picture."""
        return self._ask(Call("POST", "/api/send-image", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_interactive(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendInteractiveBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send buttons that answer, open a page, call or copy, which phones may not show: see `fallback`."""
        return self._ask(
            Call("POST", "/api/send-interactive", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def send_list(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendListBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a text with a list to choose from, which phones may not show: see `fallback`."""
        return self._ask(Call("POST", "/api/send-list", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_live_location(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendLiveLocationBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send somebody's current position."""
        return self._ask(
            Call("POST", "/api/send-live-location", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def send_location(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendLocationBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a place on the map."""
        return self._ask(Call("POST", "/api/send-location", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendTextBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a text message and wait for WhatsApp's acknowledgement."""
        return self._ask(Call("POST", "/api/send-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_poll(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendPollBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Ask a question with options; votes come to the inbox."""
        return self._ask(Call("POST", "/api/send-poll", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_recording(self, **body: Unpack[models.RecordingBody]) -> models.Message:
        """Show in a chat that the session is recording a voice message, or stop that. It ends by itself."""
        return self._ask(Call("POST", "/api/send-recording", body={**body}))

    def send_sticker(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendStickerBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a sticker, made from a picture, a GIF or a video."""
        return self._ask(Call("POST", "/api/send-sticker", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_typing(self, **body: Unpack[models.TypingBody]) -> models.Message:
        """Be seen writing in a chat, or no longer. It ends by itself."""
        return self._ask(Call("POST", "/api/send-typing", body={**body}))

    def send_video(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVideoBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a video."""
        return self._ask(Call("POST", "/api/send-video", body={**body}, sends=True, idempotency_key=idempotency_key))

    def send_video_note(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVideoNoteBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a video that is shown as a circle."""
        return self._ask(
            Call("POST", "/api/send-video-note", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def send_voice(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVoiceBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a voice note, made from any file with sound."""
        return self._ask(Call("POST", "/api/send-voice", body={**body}, sends=True, idempotency_key=idempotency_key))

    def list_sessions(self) -> models.SessionsAnswer:
        """List every session of the key and what it is doing."""
        return self._ask(Call("GET", "/api/sessions"))

    def delete_session(self, name: str, /) -> models.DeletedAnswer:
        """Log a session out and delete its pairing, its inbox, its messages: everything."""
        return self._ask(Call("DELETE", "/api/sessions/{name}", (name,)))

    def rename_session(self, name: str, /, **body: Unpack[models.RenameBody]) -> models.StatusAnswer:
        """Give a session another name; its pairing, its inbox and its messages stay."""
        return self._ask(Call("PATCH", "/api/sessions/{name}", (name,), body={**body}))

    def export_session(self, name: str, /, **body: Unpack[models.ExportBody]) -> models.ExportAnswer:
        """Give a session's pairing as a file that a passphrase opens. Whoever has both is that number."""
        return self._ask(Call("POST", "/api/sessions/{name}/export", (name,), body={**body}))

    def get_session_health(self, name: str, /) -> models.SessionHealthAnswer:
        """Say what a session's connection has shown of itself: whether it is open, whether it sends, whether it hears.

        Times are since its host took it. Nothing is sent to find out, unless the session probes by itself."""
        return self._ask(Call("GET", "/api/sessions/{name}/health", (name,)))

    def import_session(self, name: str, /, **body: Unpack[models.ImportBody]) -> models.StatusAnswer:
        """Connect a session with an exported pairing. A session that was not there is made."""
        return self._ask(Call("POST", "/api/sessions/{name}/import", (name,), body={**body}))

    def revoke_links(self, name: str, /) -> models.Message:
        """Take back every link of a session that was made until now. A phone that is linked stays linked."""
        return self._ask(Call("DELETE", "/api/sessions/{name}/link", (name,)))

    def create_link(self, name: str, /, **body: Unpack[models.CustomerLinkBody]) -> models.CustomerLinkAnswer:
        """Make a link by which a customer links their own phone with a session; one that was not there is made.

        It shows a QR code, or one to type, without a key. It ends after an hour, or `validFor` seconds, and once a phone is
        linked."""
        return self._ask(Call("POST", "/api/sessions/{name}/link", (name,), body={**body}))

    def log_session_out(self, name: str, /) -> models.LoggedOutAnswer:
        """Unlink a session from its phone; it stays there, without a pairing. 202: the phone may still show it."""
        return self._ask(Call("POST", "/api/sessions/{name}/logout", (name,)))

    def restart_session(self, name: str, /) -> models.StatusAnswer:
        """Disconnect a session and connect it again."""
        return self._ask(Call("POST", "/api/sessions/{name}/restart", (name,)))

    def get_session_settings(self, name: str, /) -> models.SettingsAnswer:
        """Say what was chosen for a session."""
        return self._ask(Call("GET", "/api/sessions/{name}/settings", (name,)))

    def change_session_settings(
        self, name: str, /, **body: Unpack[models.SettingsBody]
    ) -> models.ChangedSettingsAnswer:
        """Choose other settings for a session, at once and without a new pairing; what is not given stays."""
        return self._ask(Call("PATCH", "/api/sessions/{name}/settings", (name,), body={**body}))

    def start_session(self, name: str, /) -> models.StatusAnswer:
        """Start a session that was stopped. A session that was not there is made."""
        return self._ask(Call("POST", "/api/sessions/{name}/start", (name,)))

    def stop_session(self, name: str, /) -> models.StatusAnswer:
        """Disconnect a session until it is started again; its pairing is kept."""
        return self._ask(Call("POST", "/api/sessions/{name}/stop", (name,)))

    def set_presence(self, **body: Unpack[models.SetPresenceBody]) -> models.Message:
        """Show the session as available or unavailable. While it is available, **its phone shows no notifications**."""
        return self._ask(Call("POST", "/api/set-presence", body={**body}))

    def get_session_status(self, **query: Unpack[models.GetSessionStatusQuery]) -> models.AnyStatusAnswer:
        """Say what a session is doing. Nothing is made by asking: one that is not there is `not_created`."""
        return self._ask(Call("GET", "/api/status", query={**query}))

    def post_status_update(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.StatusUpdateBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Post a status update: a text, a picture, a video or a voice note, to those whom the phone's privacy names."""
        return self._ask(
            Call("POST", "/api/status-updates", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def get_status_audience(self, **query: Unpack[models.GetStatusAudienceQuery]) -> models.AudienceAnswer:
        """Say whom status updates of the session's number go to."""
        return self._ask(Call("GET", "/api/status-updates/audience", query={**query}))

    def delete_status_update(
        self, message_id: str, /, *, idempotency_key: str | None = None, **query: Unpack[models.DeleteStatusUpdateQuery]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Delete a status update, by the `id` or `messageId` that its post answered."""
        return self._ask(
            Call(
                "DELETE",
                "/api/status-updates/{message_id}",
                (message_id,),
                query={**query},
                sends=True,
                idempotency_key=idempotency_key,
            )
        )

    def unblock_user(self, **body: Unpack[models.BlockBody]) -> models.Message:
        """Unblock somebody. What they sent meanwhile does not arrive."""
        return self._ask(Call("POST", "/api/unblock-user", body={**body}))

    def unpin_message(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendUnpinBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Unpin a message."""
        return self._ask(Call("POST", "/api/unpin-message", body={**body}, sends=True, idempotency_key=idempotency_key))

    def update_default_timer(self, **body: Unpack[models.TimerBody]) -> models.Message:
        """Set after how long messages disappear in new chats. WhatsApp does not tell the current value."""
        return self._ask(Call("POST", "/api/update-default-timer", body={**body}))

    def update_profile_name(self, **body: Unpack[models.NameBody]) -> models.Message:
        """Set the display name of the session's number, which others see above its messages."""
        return self._ask(Call("POST", "/api/update-profile-name", body={**body}))

    def update_profile_picture(self, **body: Unpack[models.PictureBody]) -> models.ShownAnswer:
        """Set the profile picture: any picture becomes a square JPEG of at most 640 pixels, cut out of its middle."""
        return self._ask(Call("POST", "/api/update-profile-picture", body={**body}))

    def update_profile_status(self, **body: Unpack[models.StatusBody]) -> models.Message:
        """Set the text that others read about the session's number (WhatsApp's "about")."""
        return self._ask(Call("POST", "/api/update-profile-status", body={**body}))

    def upload_and_send_audio(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendAudioBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a sound."""
        return self._ask(
            Call("POST", "/api/upload/send-audio", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_document(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendDocumentBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send any file unchanged."""
        return self._ask(
            Call("POST", "/api/upload/send-document", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_gif(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendGifBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a GIF or a video as a film without sound that plays by itself."""
        return self._ask(
            Call("POST", "/api/upload/send-gif", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_image(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendImageBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a picture."""
        return self._ask(
            Call("POST", "/api/upload/send-image", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_sticker(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendStickerBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a sticker, made from a picture, a GIF or a video."""
        return self._ask(
            Call("POST", "/api/upload/send-sticker", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_video(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVideoBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a video."""
        return self._ask(
            Call("POST", "/api/upload/send-video", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_video_note(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVideoNoteBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a video that is shown as a circle."""
        return self._ask(
            Call("POST", "/api/upload/send-video-note", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def upload_and_send_voice(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVoiceBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Send a voice note, made from any file with sound."""
        return self._ask(
            Call("POST", "/api/upload/send-voice", body={**body}, sends=True, idempotency_key=idempotency_key)
        )

    def bring_file(self, ticket: str, content: bytes, /) -> models.UploadAnswer:
        """Bring the bytes of a file to the address that POST /api/upload gave for it: once, and without an API key."""
        return self._ask(Call("PUT", "/api/upload/{ticket}", (ticket,), content=content, key="none"))

    def get_usage(self, **query: Unpack[models.GetUsageQuery]) -> models.UsageAnswer:
        """Show what this key sent and received, its bytes and requests, by day or hour; and its limits.

        It is written every ten seconds. A process that dies takes with it what it counted since; what is stored once more
        after that may be counted twice: it is for bars and bills that are looked at, not for a court."""
        return self._ask(Call("GET", "/api/usage", query={**query}))

    def vote(
        self, *, idempotency_key: str | None = None, **body: Unpack[models.SendVoteBody]
    ) -> models.SentAnswer | models.PendingAnswer:
        """Vote in a poll."""
        return self._ask(Call("POST", "/api/vote", body={**body}, sends=True, idempotency_key=idempotency_key))

    def list_webhooks(self) -> models.WebhooksAnswer:
        """List the webhooks of the key, oldest first."""
        return self._ask(Call("GET", "/api/webhooks"))

    def create_webhook(self, **body: Unpack[models.WebhookBody]) -> models.SecretAnswer:
        """Make a webhook: what happens from now on is posted to its address. Its secret is shown this once."""
        return self._ask(Call("POST", "/api/webhooks", body={**body}))

    def delete_webhook(self, webhook_id: str, /) -> models.Message:
        """Delete a webhook, with what waits for it."""
        return self._ask(Call("DELETE", "/api/webhooks/{webhook_id}", (webhook_id,)))

    def get_webhook(self, webhook_id: str, /) -> models.WebhookAnswer:
        """Show a webhook: how it does, and what is open."""
        return self._ask(Call("GET", "/api/webhooks/{webhook_id}", (webhook_id,)))

    def change_webhook(self, webhook_id: str, /, **body: Unpack[models.ChangeWebhookBody]) -> models.WebhookAnswer:
        """Change what is given of a webhook. What waits for it stays, and goes to the new address."""
        return self._ask(Call("PATCH", "/api/webhooks/{webhook_id}", (webhook_id,), body={**body}))

    def list_deliveries(
        self, webhook_id: str, /, **query: Unpack[models.ListDeliveriesQuery]
    ) -> models.DeliveriesAnswer:
        """List what became of events at a webhook, of the last seven days, the newest event first."""
        return self._ask(Call("GET", "/api/webhooks/{webhook_id}/deliveries", (webhook_id,), query={**query}))

    def iterate_deliveries(
        self, webhook_id: str, /, **query: Unpack[models.ListDeliveriesQuery]
    ) -> Iterator[models.DeliveryPart]:
        """The same, one after the other over all pages."""
        return self._items(
            Call("GET", "/api/webhooks/{webhook_id}/deliveries", (webhook_id,), query={**query}), "deliveries", "after"
        )

    def redeliver_event(self, webhook_id: str, event_id: str, /) -> models.RedeliveryAnswer:
        """Deliver an event once more, with the same id, whatever became of it. A disabled webhook gets it once enabled."""
        return self._ask(
            Call("POST", "/api/webhooks/{webhook_id}/deliveries/{event_id}/redeliver", (webhook_id, event_id))
        )

    def enable_webhook(self, webhook_id: str, /, **body: Unpack[models.EnableBody]) -> models.EnabledAnswer:
        """Enable a webhook again, by default with everything that it missed."""
        return self._ask(Call("POST", "/api/webhooks/{webhook_id}/enable", (webhook_id,), body={**body}))

    def replay_events(self, webhook_id: str, /, **body: Unpack[models.ReplayBody]) -> models.ReplayAnswer:
        """Deliver what is in the log once more, or what was missed of it: how many events that is.

        They come one after the other, beside what happens now, with the ids that they had."""
        return self._ask(Call("POST", "/api/webhooks/{webhook_id}/replay", (webhook_id,), body={**body}))

    def rotate_webhook_secret(self, webhook_id: str, /, **body: Unpack[models.RotateBody]) -> models.SecretAnswer:
        """Give a webhook another secret. The one before signs as well until `overlap` is over."""
        return self._ask(Call("POST", "/api/webhooks/{webhook_id}/rotate-secret", (webhook_id,), body={**body}))

    def test_webhook(self, webhook_id: str, /, **body: Unpack[models.TestBody]) -> models.TestAnswer:
        """Send a test event to the test address of a webhook, else to its address, and say what that answered.

        It is signed as all are, and has `"test": true` in its body and the header `webhook-test: true`."""
        return self._ask(Call("POST", "/api/webhooks/{webhook_id}/test", (webhook_id,), body={**body}))

    def get_health(self) -> models.AliveAnswer:
        """Say that this process answers; it asks nothing else."""
        return self._ask(Call("GET", "/health", key="none"))

    def get_readiness(self) -> models.ReadyAnswer:
        """Say whether requests can be served: the store and NATS answer and a session host runs."""
        return self._ask(Call("GET", "/ready", key="none"))

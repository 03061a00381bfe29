<?php
// Answer whoever writes: keep pictures, react, reply, ask with a poll, mark as read. Ctrl-C ends it.
declare(strict_types=1);

require __DIR__ . '/gateway.php';

const ENDINGS = ['image/jpeg' => '.jpg', 'image/png' => '.png', 'image/webp' => '.webp'];
$gateway = new Gateway(getenv('WAGATE_API_KEY'), getenv('WAGATE_SESSION') ?: '');

/** What nobody has seen to yet, oldest first. Pages are newest first: read on until one has something known. */
function newMessages(array $seen): array
{
    global $gateway;
    [$new, $known, $before] = [[], false, ''];
    while (!$known && $before !== null) {
        $page = $gateway->call('GET', '/api/incoming-messages?limit=50' . ($before ? "&before=$before" : ''));
        foreach ($page['messages'] as $message) {
            if (isset($seen[$message['id']])) {
                $known = true;
            } elseif (($message['media']['state'] ?? '') !== 'fetching') { // else its file is here in a moment
                $new[] = $message;
            }
        }
        $before = $page['next'];
    }
    return array_reverse($new);
}

/** Do something about a message that arrived. */
function answer(array $message): void
{
    global $gateway;
    ['id' => $id, 'chat' => $chat, 'type' => $type] = $message;
    if ($message['fromMe'] || str_ends_with($chat, '@g.us')) {
        return;
    }
    if ($type === 'image' && $message['media']['state'] === 'stored') {
        $media = $message['media'];
        $name = $media['id'] . (ENDINGS[$media['mimetype']] ?? '');
        file_put_contents($name, $gateway->download($media['url']));
        echo "picture $name from {$message['from']}\n";
        send('react-message', $message, ['messageId' => $id, 'emoji' => '👍']);
        send('reply-message', $message, ['messageId' => $id, 'text' => 'Got it, thank you!']);
    } elseif ($type === 'text') {
        send('send-poll', $message, ['question' => 'What is it about?', 'options' => ['My order', 'Something else']]);
    } elseif ($type === 'vote' && ($message['vote']['options'] ?? [])) {
        send('send-message', $message, ['message' => "You chose: {$message['vote']['options'][0]}"]);
    }
    $gateway->call('POST', '/api/mark-as-read', ['number' => $chat, 'messageId' => $id]);
}

/** Send something into the chat of a message: once, however often this program dies and does it again. */
function send(string $route, array $message, array $fields): void
{
    global $gateway;
    $body = ['number' => $message['chat'], 'queue' => true] + $fields; // queue: it may wait while disconnected
    $gateway->call('POST', "/api/$route", $body, key: "$route-{$message['id']}");
}

// What is there already is not answered. (A program of yours keeps what it has seen to, and goes on from there.)
$seen = array_fill_keys(array_column($gateway->call('GET', '/api/incoming-messages')['messages'], 'id'), true);
echo "waiting for messages\n";
while (true) {
    try {
        foreach (newMessages($seen) as $message) {
            try {
                answer($message);
            } catch (GatewayError $error) { // what may be tried again has been
                fwrite(STDERR, "{$error->getMessage()}\n");
            }
            $seen[$message['id']] = true;
        }
    } catch (NoAnswer $error) { // the gateway is away: what was not seen to comes again
        fwrite(STDERR, "{$error->getMessage()}\n");
    }
    sleep(1);
}

# A PSGI application, for Plack.
use strict;
use warnings;
use JSON::PP;

sub {
    my ($environ) = @_;
    my ($path, $query) = split /\?/, $environ->{REQUEST_URI}, 2;
    if ($path =~ m{/bytes$}) {
        return [200, ['Content-Type' => 'application/octet-stream', 'Content-Length' => $query],
            ['x' x $query]];
    }
    if ($path =~ m{/echo$}) {
        $environ->{'psgi.input'}->read(my $text, $environ->{CONTENT_LENGTH} || 0);
        return [200, ['Content-Type' => 'application/json'], [encode_json(decode_json($text))]];
    }
    return [200, ['Content-Type' => 'text/plain', 'Content-Length' => 14], ["Hello, world!\n"]];
};
